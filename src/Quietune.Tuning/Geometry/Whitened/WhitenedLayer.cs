using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Whitened;

/// <summary>One block's whitened gradients of a batch's units, rotated once and asked for twice: for norms, then for the sum.</summary>
internal abstract class WhitenedLayer
{
    /// <summary>‖W g‖² of every unit, [U], float64, of the very numbers that are summed.</summary>
    public abstract Tensor SquaredNorms();

    /// <summary>Σ_u c_u·W g, the kept coordinates as a vector, float64; a unit of weight 0 adds nothing, whatever its numbers.</summary>
    /// <param name="weights">c, [U], float64.</param>
    public abstract Tensor WeightedSum(Tensor weights);
}
