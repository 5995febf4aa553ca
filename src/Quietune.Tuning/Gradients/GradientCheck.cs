using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>Compares the factors' gradients with plain automatic differentiation on public rows, before any private row is read.</summary>
/// <remarks>It catches what no rule can see: an activation that overwrites a recorded output, a weight used past its layer, a row that depends on another.</remarks>
public static class GradientCheck
{
    /// <summary>Names of the blocks whose factors disagree with automatic differentiation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="publicBatch">Two public rows or more.</param>
    /// <param name="tolerance">Largest relative error of a block's gradient that passes.</param>
    public static IReadOnlySet<string> Mismatched(TunableModel model, LossFunction loss, TensorBatch publicBatch, double tolerance = 1e-3)
    {
        using var scope = NewDisposeScope();
        var rows = publicBatch.Labels.shape[0];
        var weights = linspace(1, 2, rows);                 // unequal, so that a mixed-up row shows
        var gradients = UnitGradients.Of(model, loss, publicBatch with { Units = null, UnitCount = rows });
        var record = model.Record(publicBatch.Inputs);
        var parameters = model.Blocks.SelectMany(block => block.Bias is null ? [block.Weight] : new[] { block.Weight, block.Bias }).ToList();
        var expected = autograd.grad([(loss.PerRow(record.Output, publicBatch.Labels) * weights).sum()], parameters, allow_unused: true);
        var wrong = new HashSet<string>();
        var next = 0;
        foreach (var (block, factors) in model.Blocks.Zip(gradients.Layers))
        {
            var weight = Or(expected[next], parameters[next++]);
            var bias = block.Bias is null ? null : Or(expected[next], parameters[next++]);
            using var quiet = no_grad();
            var whole = block.ToMatrix(weight, bias);
            var error = (factors.WeightedSum(weights) - whole).norm().item<float>();
            if (!(error <= tolerance * whole.norm().item<float>() + 1e-7))
            {
                wrong.Add(block.Name);
            }
        }

        return wrong;

        static Tensor Or(Tensor? gradient, Tensor parameter) => gradient is { IsInvalid: false } ? gradient : zeros_like(parameter);
    }
}
