using Quietune.Auditing.Tests.Broken;
using Quietune.Data;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Auditing.Tests;

/// <summary>A network of 96 parameters and three classes on images of 4×4, with public rows.</summary>
internal sealed class SmallModel : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public SmallModel(Module<Tensor, Tensor>? module = null)
    {
        Model = new(Filled(module ?? Sequential(Flatten(), Linear(16, 4), Tanh(), Linear(4, 3))));
        Expansion = new(Model, LossFunction.CrossEntropy, Rows(200, seed: 50));
    }

    public ModuleModel Model { get; }

    public PublicExpansion Expansion { get; }

    /// <summary>Images whose brightest third names the class.</summary>
    public static InMemoryExamples Rows(int count, ulong seed)
    {
        using var rows = NewDisposeScope();
        var pixels = Vectors.Normal(seed, count, 16);
        var labels = pixels.narrow(1, 0, 15).reshape(count, 3, 5).mean([2]).argmax(1).to_type(ScalarType.Float32);
        return new([1, 4, 4], pixels.flatten().to_type(ScalarType.Float32).data<float>().ToArray(), labels.data<float>().ToArray());
    }

    public void Dispose()
    {
        Expansion.Dispose();
        Model.Dispose();
        scope.Dispose();
    }

    private static Module<Tensor, Tensor> Filled(Module<Tensor, Tensor> module)
    {
        using var quiet = no_grad();
        ulong seed = 1;
        foreach (var parameter in module.parameters())
        {
            parameter.copy_(Vectors.Normal(seed++, parameter.shape) * 0.5);
        }

        return module;
    }
}
