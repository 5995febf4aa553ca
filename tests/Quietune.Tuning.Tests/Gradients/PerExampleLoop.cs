using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Gradients;

/// <summary>The reference: one row at a time through plain automatic differentiation.</summary>
internal static class PerExampleLoop
{
    /// <summary>A loss that no output element leaves untouched and that is not linear in any: Σ_i c_i·sin(y_i + i) for each row.</summary>
    public static Tensor Loss(Tensor outputs)
    {
        var flat = outputs.flatten(1);
        var place = arange(flat.shape[1], dtype: ScalarType.Float32);
        return ((flat + place).sin() * (1 + (0.3 * place.cos()))).sum(1);
    }

    /// <summary>Every row's gradient, its blocks' matrices one after the other, [R, d].</summary>
    public static Tensor Gradients(nn.Module<Tensor, Tensor> module, TunableModel model, Tensor input, Func<Tensor, Tensor>? loss = null)
    {
        var parameters = model.Blocks.SelectMany(block => block.Bias is null ? [block.Weight] : new[] { block.Weight, block.Bias }).ToList();
        var rows = new List<Tensor>();
        for (long row = 0; row < input.shape[0]; row++)
        {
            var value = (loss ?? Loss)(module.call(input.narrow(0, row, 1))).sum();
            var found = autograd.grad([value], parameters, allow_unused: true);
            var next = 0;
            rows.Add(cat([.. model.Blocks.Select(block => block.ToMatrix(Next(), block.Bias is null ? null : Next()).flatten())]));

            Tensor Next()
            {
                var (gradient, parameter) = (found[next], parameters[next++]);
                return gradient is { IsInvalid: false } ? gradient : zeros_like(parameter);
            }
        }

        return stack(rows);
    }

    /// <summary>The factors' gradients in the same layout, [U, d].</summary>
    public static Tensor Flat(UnitGradients gradients) => cat([.. gradients.Layers.Select(layer => layer.ToExplicit().Gradients.flatten(1))], 1);

    /// <summary>A model's change in the same layout, [d].</summary>
    public static Tensor Flat(ParameterDelta delta) => cat([.. delta.Matrices.Select(matrix => matrix.flatten())]);

    /// <summary>Fails unless ‖found − expected‖ ≤ tolerance·‖expected‖, and unless there is something to compare.</summary>
    public static void AssertClose(Tensor expected, Tensor found, double tolerance = 1e-4)
    {
        Assert.Equal(expected.shape, found.shape);
        var size = expected.to_type(ScalarType.Float64).norm().item<double>();
        var error = (found.to_type(ScalarType.Float64) - expected.to_type(ScalarType.Float64)).norm().item<double>();
        Assert.True(size > 1e-6, "The reference is zero: nothing is compared.");
        Assert.True(error <= tolerance * size, $"Relative error {error / size:E2} is above {tolerance:E0}.");
    }
}
