using System.Diagnostics;
using Quietune.Data;
using Quietune.Privacy.Budgets;
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

    /// <summary>Public rows whose mean gradient units are centred on.</summary>
    private const int CentreRows = 1_000;

    /// <summary>Tunes the model in place, from the expansion's origin.</summary>
    /// <remarks>Guarantee: the plan's (ε, δ) with respect to the private rows' units, by its <see cref="TuningPlan.Event"/>, if <paramref name="noise"/> is secure.</remarks>
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
            (round, pass) => PrivatePass.Of(expansion.Model, expansion.Loss, pass, RowsOf(plan, round, privateRows, noise), BatchSize, cancellationToken),
            noise,
            progress);
    }

    /// <summary>The rows that a round reads: a sample of the units, in random order where the promise is to hold, with their augmentations, as the plan says.</summary>
    internal static IExampleSource RowsOf(TuningPlan plan, int round, IExampleSource rows, INoiseSource noise)
    {
        var sampled = plan.SamplingRate < 1 ? new PoissonRows(rows, plan.SamplingRate, noise) : rows;
        var placed = noise.IsSecure ? new ShuffledRows(sampled, noise) : sampled;
        return plan.Augmentations > 1 ? new AugmentedRows(placed, plan.Augmentations, (ulong)round + 1) : placed;
    }

    /// <summary>The same with a geometry already built, which stays the caller's, and any way to the clipped sum of a round.</summary>
    internal static TuningOutcome Tune(
        PublicExpansion expansion, IGeometry geometry, TuningPlan plan, Func<int, Sensitive<Tensor>> clippedSum, INoiseSource noise, IProgress<double>? progress) =>
        Tune(expansion, geometry, plan, (round, _) => new(clippedSum(round), null), noise, progress);

    /// <summary>The same with a geometry already built, which stays the caller's, any way through the rows of a round, and a watcher of what each round releases.</summary>
    internal static TuningOutcome Tune(
        PublicExpansion expansion,
        IGeometry geometry,
        TuningPlan plan,
        Func<int, RoundPass, PassSums> pass,
        INoiseSource noise,
        IProgress<double>? progress,
        Action<QuadraticMechanism, Tensor>? released = null)
    {
        Require(plan);
        var model = expansion.Model;
        var expectedUnits = plan.NominalSize * plan.SamplingRate;
        var clipping = new ClipNormSearch(plan, expectedUnits);
        var mechanisms = new List<QuadraticMechanism>();
        var steps = new List<double>();
        var reading = new Stopwatch();
        using var rule = new StepRule(plan);
        using var average = new IterateAverage(plan.Averaging);
        using var adaptive = plan is { AdaptsRadius: true, TrustRadius: not null } ? new AdaptiveRadius(plan.Momentum) : null;
        IGeometry? rebuilt = null;
        model.Move(expansion.Origin);
        try
        {
            var plain = geometry;
            for (var round = 0; round < plan.Rounds; round++)
            {
                using var scope = NewDisposeScope();
                if (plan.Moments is { } moments && round < moments.Releases(plan.Rounds))
                {
                    reading.Start();
                    var moment = pass(round, new(plain, moments.ClipNorm) { Kind = moments.Curved ? PassKind.CurvedMoments : PassKind.Moments });
                    reading.Stop();
                    rebuilt?.Dispose();
                    geometry = rebuilt = InputMoments.Release(model, expansion.Loss, plan, plain, moment.Sum, noise);
                }

                if (round > 0 && plan.CurvatureEvery > 0 && round % plan.CurvatureEvery == 0)
                {
                    rebuilt?.Dispose();
                    geometry = rebuilt = plan.Geometry.BuildHere(expansion);
                    rule.Restart();
                    adaptive?.Restart();
                }

                var objective = plan.PerturbsObjective ? ObjectivePerturbation.Of(plan, expansion.Loss, InputMoments.BlockOf(model).Outputs) : null;
                var mechanism = objective?.Output(plan, geometry.Dimension) ?? MechanismOf(plan, round, clipping.ClipNorm, geometry.Dimension);
                mechanisms.Add(mechanism);
                using var centre = plan.Centred ? PublicCentre.Of(geometry, expansion.Gradients(CentreRows, temperature: null)) : null;
                reading.Start();
                var sums = pass(round, PassOf(plan, geometry, clipping.ClipNorm) with
                {
                    Centre = centre,
                    FilledRows = noise.IsSecure ? FilledRows(plan) : null,
                    Penalty = objective?.Penalty ?? (plan.Penalty ?? 0) * plan.NominalSize,
                    Perturbation = objective is null ? null : Drawn(objective.NoiseScale, geometry.Dimension, noise),
                });
                reading.Stop();
                using var sum = mechanism.Release(sums.Sum, noise);
                released?.Invoke(mechanism, sum);
                var mean = sum / expectedUnits;
                var deviation = mechanism.NoiseScale / expectedUnits;
                var gradient = centre is null ? mean : mean + centre.Whitened;
                var step = rule.Next(geometry, gradient, deviation * deviation);
                adaptive?.Release(gradient, deviation, clipping.ClipNorm);
                steps.Add(Step(expansion, plan, objective?.Penalty / plan.NominalSize, step, adaptive?.Factor ?? 1));
                adaptive?.Move(steps[^1]);
                if (plan.Averaging > 0)
                {
                    average.Add(model);
                }

                if (sums.Below is { } below)
                {
                    clipping.Update(below, round, noise);
                }

                progress?.Report((round + 1.0) / plan.Rounds);
            }

            if (plan.Averaging > 0)
            {
                average.Apply(model);
            }
        }
        catch
        {
            model.Move(expansion.Origin);
            throw;
        }
        finally
        {
            rebuilt?.Dispose();
        }

        return new(mechanisms[0], steps, plan.Rounds + (plan.Moments?.Releases(plan.Rounds) ?? 0), reading.Elapsed, noise.IsSecure);
    }

    // Public numbers alone decide: a sample's size is as private as the noise.
    private static int FilledRows(TuningPlan plan)
    {
        var expected = plan.NominalSize * plan.SamplingRate;
        return PrivatePass.FilledRowsOf(expected, plan.SamplingRate < 1 ? 2 * Math.Sqrt(expected) : expected / 50);
    }

    private static RoundPass PassOf(TuningPlan plan, IGeometry geometry, double clipNorm) => new(geometry, clipNorm)
    {
        CountsBelow = plan.TargetClipQuantile is not null,
        Scale = 1.0 / plan.Augmentations,
        Kind = plan.Penalty is null ? PassKind.Gradients : PassKind.Minimum,
    };

    /// <summary>Normal noise for an objective, in the current dispose scope.</summary>
    private static Tensor Drawn(double scale, long dimension, INoiseSource noise)
    {
        var normal = new double[dimension];
        noise.FillNormal(normal);
        return tensor(normal) * scale;
    }

    /// <summary>What a plan of moments or of a minimum cannot have beside it: its event would not tell, or its bound would not hold.</summary>
    private static void Require(TuningPlan plan)
    {
        var plain = plan is { Ball: null, SamplingRate: 1, CurvatureEvery: 0, Centred: false };
        if (plan.PerturbsObjective && plan is not { Penalty: not null, Rounds: 1, Moments: null })
        {
            throw new ArgumentException("Expected a perturbed objective to be minimised once, with a penalty.", nameof(plan));
        }

        if ((plan.Moments is not null && !plain) || (plan.Penalty is not null && !(plain && plan is { TargetClipQuantile: null, Geometry: { Kind: "identity", Damping: 1, Subset: null } })))
        {
            throw new ArgumentException("Expected moments or a minimum to be released from all units by normal draws, about one geometry and one clip norm, and a minimum in the plain metric.", nameof(plan));
        }
    }

    /// <summary>The mechanism of one round.</summary>
    internal static QuadraticMechanism MechanismOf(TuningPlan plan, int round, double clipNorm, long dimension)
    {
        if (plan.Ball is { } ball)
        {
            return new TruncatedExponentialMechanism(plan.DrawEpsilon, clipNorm, plan.NominalSize, dimension, plan.Adjacency, ball);
        }

        var sensitivity = plan.Adjacency == Adjacency.ReplaceOne ? 2 : 1;
        return new QuadraticExponentialMechanism(Math.BitDecrement(sensitivity / plan.SumNoiseMultiplierAt(round)), clipNorm, Math.Max(1, (long)(plan.NominalSize * plan.SamplingRate)), dimension, plan.Adjacency);
    }

    private static double Step(PublicExpansion expansion, TuningPlan plan, double? penalty, ParameterDelta step, double radiusFactor)
    {
        using var scope = NewDisposeScope();
        using var present = expansion.Model.Capture();
        if (plan.TrustRadius is { } radius)
        {
            return expansion.TrustRegion.Move(present, step, radius * radiusFactor);
        }

        var size = (penalty ?? plan.Penalty) is { } curvature ? 1 / curvature : plan.StepSize;
        expansion.Model.Move(present, step, size);
        return size;
    }
}
