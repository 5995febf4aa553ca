using Quietune.Tuning.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Whitened;

/// <summary>The whitened gradients of a batch's units under one geometry, asked first for their norms and then for their weighted sum.</summary>
/// <remarks>Its tensors live in the dispose scope it was made in.</remarks>
public abstract class WhitenedUnits
{
    /// <summary>‖W g(u)‖² of every unit, [U], float64, of the very numbers that are summed.</summary>
    public abstract Tensor SquaredNorms();

    /// <summary>Σ_u c_u·W g(u), [k], float64; a unit of weight 0 adds nothing, whatever its numbers.</summary>
    /// <param name="weights">c, [U], float64.</param>
    public abstract Tensor WeightedSum(Tensor weights);

    /// <summary>Those of a geometry that whitens at each question.</summary>
    /// <param name="geometry">W.</param>
    /// <param name="gradients">The units' gradients.</param>
    internal static WhitenedUnits Direct(IGeometry geometry, UnitGradients gradients) => new DirectUnits(geometry, gradients.Formed());

    /// <summary>Those of a geometry that whitens each block by itself.</summary>
    /// <param name="layers">One for each block that the geometry moves, in order.</param>
    internal static WhitenedUnits Joined(IReadOnlyList<WhitenedLayer> layers) => new JoinedUnits(layers);

    /// <summary>Those whose coordinates are held, [U, k].</summary>
    internal static WhitenedUnits Held(Tensor coordinates) => new HeldUnits(coordinates);

    private sealed class HeldUnits(Tensor coordinates) : WhitenedUnits
    {
        public override Tensor SquaredNorms() => CoordinateSums.SquaredNorms(coordinates);

        public override Tensor WeightedSum(Tensor weights) => CoordinateSums.WeightedSum(coordinates, weights);
    }

    private sealed class DirectUnits(IGeometry geometry, UnitGradients gradients) : WhitenedUnits
    {
        public override Tensor SquaredNorms() => geometry.SquaredNorms(gradients).to_type(ScalarType.Float64);

        // Runs of units whose weight is not 0, for zero times infinity is not zero.
        public override Tensor WeightedSum(Tensor weights)
        {
            using var scope = NewDisposeScope();
            var sum = zeros([geometry.Dimension], dtype: ScalarType.Float64, device: gradients.Device);
            var factors = weights.to_type(ScalarType.Float64).cpu().data<double>().ToArray();
            for (var start = 0; start < factors.Length; start++)
            {
                var count = 0;
                while (start + count < factors.Length && factors[start + count] != 0)
                {
                    count++;
                }

                if (count > 0)
                {
                    using var run = NewDisposeScope();
                    sum.add_(geometry.WeightedSum(gradients.Slice(start, count), weights.narrow(0, start, count).to_type(gradients.Dtype)));
                }

                start += count;
            }

            return sum.MoveToOuterDisposeScope();
        }
    }

    private sealed class JoinedUnits(IReadOnlyList<WhitenedLayer> layers) : WhitenedUnits
    {
        public override Tensor SquaredNorms()
        {
            using var scope = NewDisposeScope();
            var total = layers[0].SquaredNorms();
            foreach (var layer in layers.Skip(1))
            {
                using var inner = NewDisposeScope();
                total.add_(layer.SquaredNorms());
            }

            return total.MoveToOuterDisposeScope();
        }

        public override Tensor WeightedSum(Tensor weights)
        {
            using var scope = NewDisposeScope();
            return cat([.. layers.Select(layer => layer.WeightedSum(weights))]).MoveToOuterDisposeScope();
        }
    }
}
