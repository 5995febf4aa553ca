using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>A linear whitening map W: R^d → R^k with A⁻¹ = WᵀW, built from public data only.</summary>
/// <remarks>Source: docs/derivations/mechanism.md, "One map". Every method of the toolkit is a geometry and a schedule.</remarks>
public interface IGeometry : IDisposable
{
    /// <summary>k, how many numbers a release has.</summary>
    long Dimension { get; }

    /// <summary>‖W g(u)‖² of every unit, [U], float32; the gradient is never formed where its factors suffice.</summary>
    Tensor SquaredNorms(UnitGradients gradients);

    /// <summary>Σ_u c_u·W g(u), [k], float32.</summary>
    /// <param name="gradients">The units' gradients.</param>
    /// <param name="weights">c, [U].</param>
    Tensor WeightedSum(UnitGradients gradients, Tensor weights);

    /// <summary>The whitened units, for their norms and then their sum at the price of rotating them once; in the current dispose scope.</summary>
    WhitenedUnits Whiten(UnitGradients gradients) => WhitenedUnits.Direct(this, gradients);

    /// <summary>Wᵀ s, shaped like the parameters; the caller disposes.</summary>
    /// <param name="whitened">s, [k].</param>
    ParameterDelta Lift(Tensor whitened);

    /// <summary>The change of the parameters that a whitened mean asks for: Wᵀs, unless a published method steps otherwise; the caller disposes.</summary>
    /// <param name="whitened">s, [k]; released, so that whatever is done with it is free.</param>
    ParameterDelta Step(Tensor whitened) => Lift(whitened);
}
