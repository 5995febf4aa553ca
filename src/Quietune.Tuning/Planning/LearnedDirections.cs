using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Planning;

/// <summary>The directions in which a model moves when its public rows are changed: principal components of whitened mean gradients along the way.</summary>
/// <remarks>Reads public rows only. Source: docs/derivations/mechanism.md, "Learned directions".</remarks>
internal static class LearnedDirections
{
    private const int Changes = 64;
    private const int StepsEach = 3;
    private const int RowsEach = 500;
    private const double TrustRadius = 0.02;

    /// <summary>Learns them at the model's present parameters, where the model is left.</summary>
    /// <param name="expansion">The model, its public rows and their changes.</param>
    /// <param name="geometry">In whose coordinates, k₀.</param>
    /// <returns>Orthonormal rows [r, k₀], float32, the strongest first; r is how many steps were taken, or less where gradients repeat each other.</returns>
    public static Tensor Of(PublicExpansion expansion, IGeometry geometry)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var present = expansion.Model.Capture();
        var means = new List<Tensor>();
        try
        {
            for (var change = 0; change < Changes; change++)
            {
                var rows = expansion.Changed(change, RowsEach);
                for (var step = 0; step < StepsEach; step++)
                {
                    var mean = Mean(expansion, geometry, rows);
                    means.Add(mean / mean.norm().clamp_min(float.Epsilon));
                    using var here = expansion.Model.Capture();
                    using var descent = geometry.Step(-mean);
                    expansion.TrustRegion.Move(here, descent, TrustRadius);
                }

                expansion.Model.Move(present);
            }
        }
        finally
        {
            expansion.Model.Move(present);
        }

        var all = stack(means).to_type(ScalarType.Float64);
        var (values, vectors) = linalg.eigh(all.mm(all.transpose(0, 1)));

        // Below single precision of the largest, a direction is made of rounding errors.
        var kept = (values > values[-1] * 1e-6).sum().item<long>();
        var coefficients = vectors.flip(1).narrow(1, 0, kept) * values.flip(0).narrow(0, 0, kept).rsqrt();
        return coefficients.transpose(0, 1).mm(all).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The mean whitened gradient, [k₀], in the current dispose scope.</summary>
    private static Tensor Mean(PublicExpansion expansion, IGeometry geometry, InMemoryExamples rows)
    {
        using var scope = NewDisposeScope();
        var sum = zeros([geometry.Dimension]);
        foreach (var batch in rows.Read(Math.Min(RowsEach, expansion.Model.LargestBatch)))
        {
            using var one = NewDisposeScope();
            var gradients = UnitGradients.Of(expansion.Model, expansion.Loss, TensorBatch.Of(batch, rows.InputShapes));
            sum.add_(geometry.WeightedSum(gradients, ones([gradients.Units])));
        }

        return (sum / rows.Count).MoveToOuterDisposeScope();
    }
}
