using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>Turns releases into steps: plain, by Adam, with momentum. Everything here is post-processing and costs no privacy.</summary>
/// <param name="plan">What to do.</param>
internal sealed class StepRule(TuningPlan plan) : IDisposable
{
    private Tensor? mean;
    private Tensor? square;
    private int moments;
    private ParameterDelta? velocity;

    /// <summary>The step after a release, at its full length; owned here until the next.</summary>
    /// <param name="geometry">W.</param>
    /// <param name="gradient">The released mean, [k].</param>
    /// <param name="noiseVariance">The variance of the noise on each of its coordinates.</param>
    public ParameterDelta Next(IGeometry geometry, Tensor gradient, double noiseVariance)
    {
        using var scope = NewDisposeScope();
        var direction = plan.Adam is { } adam ? Scaled(adam, gradient, noiseVariance) : gradient;
        var step = geometry.Step(-direction);
        if (velocity is not null)
        {
            using var earlier = velocity;
            using var alone = step;
            step = alone.Combine(1, earlier, plan.Momentum);
        }

        foreach (var matrix in step.Matrices)
        {
            matrix.DetachFromDisposeScope();
        }

        return velocity = step;
    }

    /// <summary>Forgets the moments, whose coordinates mean something else in a new geometry.</summary>
    public void Restart()
    {
        mean?.Dispose();
        square?.Dispose();
        (mean, square, moments) = (null, null, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Restart();
        velocity?.Dispose();
        velocity = null;
    }

    /// <summary>Adam in whitened coordinates, where every coordinate's noise has one known variance Φ.</summary>
    /// <remarks>
    /// The second moment of a noisy gradient is too large by Φ; taking it off gives Adam's own scaling back. Source: Kingma &amp; Ba 2015;
    /// Tang, Shpilevskiy &amp; Lécuyer 2023 (DP-AdamBC), algorithm 1.
    /// </remarks>
    private Tensor Scaled(AdamPlan adam, Tensor gradient, double noiseVariance)
    {
        moments++;
        mean = Updated(mean, gradient, adam.MeanDecay);
        square = Updated(square, gradient.square(), adam.SquareDecay);
        var corrected = square / (1 - Math.Pow(adam.SquareDecay, moments));
        var scale = adam.CorrectsNoise
            ? (corrected - noiseVariance).clamp_min(adam.Floor * noiseVariance).sqrt()
            : corrected.sqrt() + 1e-8;
        return mean / (1 - Math.Pow(adam.MeanDecay, moments)) / scale;
    }

    private static Tensor Updated(Tensor? old, Tensor value, double decay)
    {
        if (old is null)
        {
            return (value * (1 - decay)).DetachFromDisposeScope();
        }

        return old.mul_(decay).add_(value, alpha: 1 - decay);
    }
}
