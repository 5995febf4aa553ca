using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>Widens the trust region while releases still point the way that was gone, and narrows it once they no longer do.</summary>
/// <remarks>
/// How far the private rows lie is not public, so no rehearsal knows how long the way is; but the part of a released mean along the whole way gone so far says whether more of it is wanted,
/// and one coordinate of a release has little noise. It reads releases only: post-processing (docs/derivations/mechanism.md, "Adaptive radius").
/// </remarks>
/// <param name="momentum">Share of the last step added to the next, as in <see cref="StepRule"/>.</param>
internal sealed class AdaptiveRadius(double momentum) : IDisposable
{
    // In clip norms: what is usual for a model near its private optimum, and how fast the radius follows what is more or less than that. Seen on turned digits.
    private const double Usual = 0.03;
    private const double Gain = 20;
    private const double LargestChange = 2;
    private Tensor? step;
    private Tensor? way;

    /// <summary>The factor on the radius.</summary>
    public double Factor { get; private set; } = 1;

    /// <summary>Takes a release in, before the step that it leads to.</summary>
    /// <param name="mean">The released mean, whitened, [k].</param>
    /// <param name="deviation">The noise on each of its coordinates.</param>
    /// <param name="clipNorm">C.</param>
    public void Release(Tensor mean, double deviation, double clipNorm)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (way is not null && way.norm().item<float>() is var length and > 0)
        {
            var along = -mean.dot(way).item<float>() / length / clipNorm;
            // The share of the variance of such a number that is not noise: what is mostly noise moves the radius little.
            var trust = Usual * Usual / ((Usual * Usual) + Math.Pow(deviation / clipNorm, 2));
            Factor *= Math.Clamp(Math.Exp(Gain * trust * (along - Usual)), 1 / LargestChange, LargestChange);
        }

        var next = step is null ? -mean : (step * momentum) - mean;
        step?.Dispose();
        step = next.DetachFromDisposeScope();
    }

    /// <summary>Takes in how much of the step was taken.</summary>
    /// <param name="share">The multiple of the step.</param>
    public void Move(double share)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var next = way is null ? step! * share : way + (step! * share);
        way?.Dispose();
        way = next.DetachFromDisposeScope();
    }

    /// <summary>Forgets the way gone, whose coordinates mean something else in a new geometry.</summary>
    public void Restart()
    {
        step?.Dispose();
        way?.Dispose();
        (step, way) = (null, null);
    }

    /// <inheritdoc/>
    public void Dispose() => Restart();
}
