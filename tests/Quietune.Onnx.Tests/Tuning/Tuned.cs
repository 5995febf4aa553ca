using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Cases;
using Quietune.Tuning.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Tuning;

/// <summary>A test's graph as a model, with all its float initializers tuned that can be.</summary>
internal sealed record Tuned(ModelBuilder Builder, byte[] Bytes, OnnxModelFile File, OnnxModel Model, IReadOnlyList<Tensor> Inputs) : IDisposable
{
    public static Tuned Of(TunableCase example, ScalarType real = ScalarType.Float32, bool slow = false)
    {
        var builder = example.Model(real);
        var bytes = builder.ToArray();
        var file = ModelFiles.Load(bytes);
        var inputs = builder.Inputs.Values.ToList();
        var words = builder.Initializers.Where(pair => pair.Value.is_floating_point() && pair.Value.dim() > 0).Select(pair => pair.Key).Except(["mean", "variance"]).ToList();
        return new(builder, bytes, file, new OnnxModel(file, TrainSelection.Of([.. words]), inputs, null, slow ? words.ToHashSet() : null), inputs);
    }

    /// <summary>A loss that no output element leaves untouched and that is not linear in any: Σ_i c_i·sin(y_i + i) for each row.</summary>
    public static Tensor Loss(Tensor outputs)
    {
        var flat = outputs.reshape(outputs.shape[0], -1);
        var place = arange(flat.shape[1], dtype: flat.dtype);
        return ((flat + place).sin() * (1 + (0.3 * place.cos()))).sum(1);
    }

    /// <summary>Every row's gradients by initializer, [R, …], float64.</summary>
    public static Dictionary<string, Tensor> ByInitializer(Tuned tuned, UnitGradients gradients)
    {
        var found = new Dictionary<string, Tensor>();
        foreach (var (block, layer) in tuned.Model.Blocks.Zip(gradients.Layers))
        {
            var rows = layer.ToExplicit().Gradients.to_type(ScalarType.Float64).unbind(0).Select(block.ToParameters).ToList();
            found.Add(block.Name, stack([.. rows.Select(row => row.Weight)]));
            if (tuned.Model.BiasNameOf(block) is { } bias)
            {
                found.Add(bias, stack([.. rows.Select(row => row.Bias!)]));
            }
        }

        return found;
    }

    /// <summary>The outputs at full precision.</summary>
    public Tensor Outputs()
    {
        var inputs = File.Graph.Inputs.Zip(Inputs).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        return Model.IsBatched
            ? File.Graph.Run(inputs, Parameters(), null, [Model.OutputName], anyRowCount: true)[Model.OutputName]
            : cat([.. Enumerable.Range(0, (int)Inputs[0].shape[0]).Select(row => File.Graph.Run(inputs.ToDictionary(pair => pair.Key, pair => pair.Value.narrow(0, row, 1)), Parameters())[Model.OutputName])]);

        Dictionary<string, Tensor> Parameters() => Model.Parameters.ToDictionary();
    }

    public void Dispose()
    {
        Model.Dispose();
        File.Dispose();
    }
}
