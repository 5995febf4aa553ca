using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>The mean public gradient, whitened: what units are centred on before they are clipped.</summary>
/// <remarks>Source: Nasr, Mahloujifar, Tang, Mittal &amp; Houmansadr 2023, Effectively using public data in privacy preserving machine learning.</remarks>
/// <param name="Whitened">W ḡ, [k]; owned.</param>
/// <param name="Lifted">Wᵀ W ḡ; owned.</param>
internal sealed record PublicCentre(Tensor Whitened, ParameterDelta Lifted) : IDisposable
{
    /// <summary>The centre at the model's present parameters.</summary>
    /// <param name="geometry">W.</param>
    /// <param name="publicGradients">Batches of public units.</param>
    public static PublicCentre Of(IGeometry geometry, IEnumerable<UnitGradients> publicGradients)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var sum = zeros([geometry.Dimension]);
        long units = 0;
        foreach (var gradients in publicGradients)
        {
            using var batch = NewDisposeScope();
            sum.add_(geometry.WeightedSum(gradients, ones([gradients.Units], device: gradients.Device)));
            units += gradients.Units;
        }

        var mean = (sum / Math.Max(units, 1)).DetachFromDisposeScope();
        var lifted = geometry.Lift(mean);
        foreach (var matrix in lifted.Matrices)
        {
            matrix.DetachFromDisposeScope();
        }

        return new(mean, lifted);
    }

    /// <summary>‖v − w‖² of every unit from ‖v‖² [U], never below the truth.</summary>
    /// <param name="squaredNorms">‖v‖² with the scale applied.</param>
    /// <param name="gradients">The units.</param>
    /// <param name="scale">The factor on every unit's gradient.</param>
    public Tensor SquaredNorms(Tensor squaredNorms, UnitGradients gradients, double scale)
    {
        var own = Whitened.square().sum();
        var dots = zeros_like(squaredNorms);
        for (var i = 0; i < gradients.Layers.Count; i++)
        {
            dots.add_(gradients.Layers[i].Dots(Lifted.Matrices[i]), alpha: scale);
        }

        // The three terms may cancel; what float32 loses of each is given back, so that no unit looks shorter than it is.
        return (squaredNorms - (2 * dots) + own + (Rounding * (squaredNorms + own))).clamp_min(0);
    }

    private const double Rounding = 1e-4;

    /// <inheritdoc/>
    public void Dispose()
    {
        Whitened.Dispose();
        Lifted.Dispose();
    }
}
