using System.Diagnostics;
using Quietune.Data;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>Carries out a plan: pass over the private rows, release, step; once or several times. One loop serves every method.</summary>
public static class Tuner
{
    /// <summary>Rows read at a time; changes speed and memory, never the result's law.</summary>
    public const int BatchSize = 512;

    /// <summary>Tunes the model in place, from the expansion's origin.</summary>
    /// <remarks>Guarantee: the plan's μ-Gaussian-DP with respect to the private rows' units, by composition over the rounds, if <paramref name="noise"/> is secure.</remarks>
    /// <param name="expansion">The model and its public data.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="privateRows">Streamed once a round.</param>
    /// <param name="noise">Where the noise comes from.</param>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between batches and leaves the pretrained parameters.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static TuningOutcome Tune(
        PublicExpansion expansion, TuningPlan plan, IExampleSource privateRows, INoiseSource noise, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        using var geometry = plan.Geometry.Build(expansion);
        return Tune(
            expansion,
            geometry,
            plan,
            _ => PrivatePass.ClippedSum(expansion.Model, expansion.Loss, geometry, privateRows, plan.ClipNorm, BatchSize, cancellationToken),
            noise,
            progress);
    }

    /// <summary>The same with a geometry already built, which stays the caller's, and any way to the clipped sum of a round.</summary>
    internal static TuningOutcome Tune(
        PublicExpansion expansion, IGeometry geometry, TuningPlan plan, Func<int, Sensitive<Tensor>> clippedSum, INoiseSource noise, IProgress<double>? progress)
    {
        var model = expansion.Model;
        var mechanism = new QuadraticExponentialMechanism(plan.MuPerRound, plan.ClipNorm, plan.NominalSize, geometry.Dimension, plan.Adjacency);
        var steps = new List<double>();
        var reading = new Stopwatch();
        using var scope = NewDisposeScope();
        ParameterDelta? velocity = null;
        model.Move(expansion.Origin);
        try
        {
            for (var round = 0; round < plan.Rounds; round++)
            {
                reading.Start();
                var sum = clippedSum(round);
                reading.Stop();
                using var released = mechanism.Release(sum, noise);
                using var mean = released * (-1.0 / plan.NominalSize);
                var step = geometry.Lift(mean);
                if (velocity is not null)
                {
                    using var earlier = velocity;
                    using var alone = step;
                    step = alone.Combine(1, earlier, plan.Momentum);
                }

                velocity = step;
                steps.Add(Step(expansion, plan, step));
                progress?.Report((round + 1.0) / plan.Rounds);
            }
        }
        catch
        {
            model.Move(expansion.Origin);
            throw;
        }

        return new(mechanism, steps, plan.Rounds, reading.Elapsed, noise.IsSecure);
    }

    private static double Step(PublicExpansion expansion, TuningPlan plan, ParameterDelta step)
    {
        using var scope = NewDisposeScope();
        using var present = expansion.Model.Capture();
        if (plan.TrustRadius is { } radius)
        {
            return expansion.TrustRegion.Move(present, step, radius);
        }

        expansion.Model.Move(present, step, plan.StepSize);
        return plan.StepSize;
    }
}
