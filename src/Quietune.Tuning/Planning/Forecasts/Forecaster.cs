using System.Diagnostics;
using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using static TorchSharp.torch;

namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>Foretells for geometries what one draw would cost and bring, without drawing: by the quadratic around the pretrained parameters, on public stand-ins.</summary>
/// <remarks>
/// Guarantee: reads public data only. Source: docs/derivations/planning.md. The step comes from a scenario's stand-in rows and its slope from other rows, so
/// that what a step learns by heart does not count.
/// </remarks>
public sealed class Forecaster : IDisposable
{
    private const double TailProbability = 0.05;
    private const double Temperature = 0.3;

    // The largest that a rehearsal tries.
    private const double TrustRadius = 0.2;
    private const int MostEvaluationRows = 400;

    // Labels are drawn, so q and t of a few rows are off by √(2/rows) and more; large models are slow, and have to do with fewer.
    private const int CurvatureRows = 4_000;
    private const int FewCurvatureRows = 500;
    private const long MostDirectionBytes = 1L << 30;

    private readonly PublicExpansion expansion;
    private readonly InMemoryExamples publicRows;
    private readonly long nominalSize;
    private readonly double mu;
    private readonly Adjacency adjacency;
    private readonly List<(string Name, PublicUnits StandIn, int Count, PublicUnits Evaluation)> scenarios;
    private readonly PublicUnits curved;
    private readonly PublicUnits labelled;
    private readonly TriedStep trial;

    /// <summary>Prepares forecasts.</summary>
    /// <param name="expansion">The model and its public data.</param>
    /// <param name="publicRows">Public rows, by which a pass is timed.</param>
    /// <param name="scenarios">One or more.</param>
    /// <param name="nominalSize">N.</param>
    /// <param name="mu">μ of the draw.</param>
    /// <param name="adjacency">What a neighbour is.</param>
    /// <param name="measure">What is to rise when a step is taken; the negative mean loss unless told.</param>
    public Forecaster(
        PublicExpansion expansion,
        InMemoryExamples publicRows,
        IReadOnlyList<Scenario> scenarios,
        long nominalSize,
        double mu,
        Adjacency adjacency,
        Func<TunableModel, InMemoryExamples, double>? measure = null)
    {
        (this.expansion, this.publicRows, this.nominalSize, this.mu, this.adjacency) = (expansion, publicRows, nominalSize, mu, adjacency);
        var (model, loss) = (expansion.Model, expansion.Loss);
        List<InMemoryExamples> evaluation = [.. scenarios.Select(scenario => scenario.Evaluation.Slice(0, IsSmall ? scenario.Evaluation.Count : Math.Min(MostEvaluationRows, scenario.Evaluation.Count)))];
        this.scenarios = [.. scenarios.Zip(evaluation, (scenario, rows) => (scenario.Name, PublicUnits.Of(model, loss, scenario.StandIn), scenario.StandIn.Count, PublicUnits.Of(model, loss, rows)))];
        curved = PublicUnits.Of(expansion, RowsOfCurvature, Temperature);
        labelled = PublicUnits.Of(expansion, RowsOfCurvature, temperature: null);
        trial = new(model, loss, expansion.Origin, measure, evaluation);
    }

    /// <summary>The forecast for a candidate; the model is left at its pretrained parameters.</summary>
    /// <param name="candidate">The geometry.</param>
    /// <param name="cancellationToken">Stops between batches of rows.</param>
    /// <exception cref="ArgumentException">The public data do not suffice for the geometry, or no stand-in row has a finite gradient.</exception>
    public Forecast Of(ForecastCandidate candidate, CancellationToken cancellationToken = default)
    {
        expansion.Model.Move(expansion.Origin);
        var watch = Stopwatch.StartNew();
        using var geometry = candidate.Geometry.Build(expansion);
        var buildSeconds = watch.Elapsed.TotalSeconds;
        var norms = scenarios.ConvertAll(scenario => Norms(geometry, scenario.StandIn, cancellationToken));
        var sorted = norms.SelectMany(all => all).Where(float.IsFinite).Order().ToArray();
        if (sorted.Length == 0)
        {
            throw new ArgumentException("Expected public stand-in rows with finite gradients, found none.", nameof(candidate));
        }

        var clipNorms = Quantiles().ConvertAll(quantile => (quantile, Math.Max(sorted[(int)(quantile * (sorted.Length - 1))], PrivatePass.SmallestClipNorm)));
        var (choices, trace) = Choices(geometry, clipNorms, cancellationToken);
        var best = choices.MaxBy(choice => choice.Mean.Benefit(choice.Mean.BestMultiple(TrustRadius)))!;
        var mechanism = MechanismOf(best.ClipNorm, geometry.Dimension);
        var step = best.Mean.BestMultiple(TrustRadius);
        var tried = trial.Best(NoisySteps(geometry, best.ClipNorm, mechanism.NoiseScale / nominalSize, cancellationToken), step, cancellationToken);
        return new()
        {
            Candidate = candidate,
            Dimension = geometry.Dimension,
            ClipQuantile = best.Quantile,
            ClipNorm = best.ClipNorm,
            NoisePerCoordinate = mechanism.NoiseScale / nominalSize,
            Excess = mechanism.ExpectedExcess,
            ExcessTail = mechanism.ExcessTail(TailProbability),
            EffectiveDimension = trace,
            Step = step,
            NoiseCost = step * step * best.Mean.NoiseCost,
            Benefit = best.Mean.Benefit(step),
            Scenarios = [.. best.Steps.Select((one, i) => new ScenarioForecast(scenarios[i].Name, one.Step.Benefit(step), one.Signal))],
            TriedStep = tried.Multiple,
            TriedDecrease = tried.Decrease,
            TriedGain = tried.Gain,
            EnergyKept = EnergyKept.Of(expansion, candidate.Geometry, action => labelled.ForEach(action, cancellationToken)),
            BuildSeconds = buildSeconds,
            PassSeconds = PassSeconds(geometry, best.ClipNorm),
            Bytes = PassMemory.Of(expansion.Model, candidate.Geometry, geometry.Dimension),
        };
    }

    /// <summary>Clip quantiles to try.</summary>
    private IReadOnlyList<double> ClipQuantiles => IsSmall ? [0.1, 0.2, 0.4, 0.6, 0.8, 0.95] : [0.2, 0.5, 0.8];

    private int RowsOfCurvature => IsSmall ? CurvatureRows : FewCurvatureRows;

    private bool IsSmall => expansion.Model.ParameterCount <= Methods.LargestSmallModel;

    /// <inheritdoc/>
    public void Dispose()
    {
        curved.Dispose();
        labelled.Dispose();
        scenarios.ForEach(scenario =>
        {
            scenario.StandIn.Dispose();
            scenario.Evaluation.Dispose();
        });
    }

    private static List<float> Norms(IGeometry geometry, PublicUnits units, CancellationToken cancellationToken)
    {
        var norms = new List<float>();
        units.ForEach(gradients => norms.AddRange(geometry.SquaredNorms(gradients).sqrt().data<float>().ToArray()), cancellationToken);
        return norms;
    }

    private QuadraticExponentialMechanism MechanismOf(double clipNorm, long dimension) => new(mu, clipNorm, nominalSize, dimension, adjacency);

    /// <summary>The quantiles of which all directions fit in memory together.</summary>
    private List<double> Quantiles()
    {
        var fitting = Math.Clamp(MostDirectionBytes / (sizeof(float) * expansion.Model.ParameterCount * scenarios.Count), 1, ClipQuantiles.Count);
        var skipped = (ClipQuantiles.Count - (int)fitting) / 2;
        return [.. ClipQuantiles.Skip(skipped).Take((int)fitting)];
    }

    /// <summary>What each clip norm brings, in one pass over each kind of rows.</summary>
    private (List<Choice> Choices, double Trace) Choices(IGeometry geometry, List<(double Quantile, double ClipNorm)> clipNorms, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var means = scenarios.ConvertAll(scenario => ClippedMeans(geometry, scenario.StandIn, scenario.Count, [.. clipNorms.Select(clip => clip.ClipNorm)], cancellationToken));
        var steps = means.ConvertAll(all => all.ConvertAll(geometry.Lift));
        var slopes = scenarios.Select((scenario, i) => Slopes(scenario.Evaluation, new(expansion.Model.Blocks, steps[i]), cancellationToken)).ToList();
        var (trace, curvatures) = Curvatures(geometry, new(expansion.Model.Blocks, [.. steps.SelectMany(all => all)]), cancellationToken);
        return (clipNorms.Select((clip, c) =>
        {
            var deviation = MechanismOf(clip.ClipNorm, geometry.Dimension).NoiseScale / nominalSize;
            var found = scenarios.Select((_, i) => (Step: new QuadraticStep(slopes[i][c], curvatures[(i * clipNorms.Count) + c], trace, deviation), Signal: (double)means[i][c].norm().item<float>())).ToList();
            return new Choice(clip.Quantile, clip.ClipNorm, QuadraticStep.Mean(found.ConvertAll(one => one.Step)), found);
        }).ToList(), trace);
    }

    /// <summary>Wᵀ of every scenario's clipped mean with seeded noise on it, the same for all geometries of one dimension.</summary>
    private List<ParameterDelta> NoisySteps(IGeometry geometry, double clipNorm, double deviation, CancellationToken cancellationToken) => scenarios.Select((scenario, i) =>
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var normal = new double[geometry.Dimension];
        new SeededNoise((ulong)i + 1).FillNormal(normal);
        var mean = ClippedMeans(geometry, scenario.StandIn, scenario.Count, [clipNorm], cancellationToken)[0];
        var lifted = geometry.Lift(mean + (tensor(normal, dtype: ScalarType.Float32, device: mean.device) * deviation));
        return new ParameterDelta([.. lifted.Matrices.Select(matrix => matrix.MoveToOuterDisposeScope())]);
    }).ToList();

    private static List<Tensor> ClippedMeans(IGeometry geometry, PublicUnits units, int count, List<double> clipNorms, CancellationToken cancellationToken)
    {
        var sums = clipNorms.ConvertAll(_ => zeros([geometry.Dimension]));
        units.ForEach(gradients =>
        {
            // A batch with a gradient that is not finite adds nothing, which makes the forecast too low rather than too high.
            var norms = geometry.SquaredNorms(gradients).sqrt();
            for (var i = 0; i < sums.Count && norms.isfinite().all().item<bool>(); i++)
            {
                sums[i].add_(geometry.WeightedSum(gradients, PrivatePass.ClipWeights(norms, clipNorms[i])));
            }
        }, cancellationToken);
        return sums.ConvertAll(sum => sum / count);
    }

    /// <summary>⟨ḡ, Wᵀc⟩ for each c, [c], over units that took no part in it.</summary>
    private static double[] Slopes(PublicUnits units, Directions directions, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var sums = zeros([directions.Count], dtype: ScalarType.Float64);
        long count = 0;
        units.ForEach(
            gradients =>
            {
                count += gradients.Units;
                sums.add_(directions.Dots(gradients).nan_to_num(0, 0, 0).sum([0]));
            },
            cancellationToken);
        return (sums / count).data<double>().ToArray();
    }

    /// <summary>tr(W·H·Wᵀ) = E‖W·g‖², and (Wᵀc)ᵀH(Wᵀc) = E⟨g, Wᵀc⟩² for each c, g on labels that the tempered model draws.</summary>
    private (double Trace, double[] Curvatures) Curvatures(IGeometry geometry, Directions directions, CancellationToken cancellationToken)
    {
        using var outer = NewDisposeScope();
        var sums = zeros([directions.Count], dtype: ScalarType.Float64);
        double trace = 0;
        long units = 0;
        curved.ForEach(
            gradients =>
            {
                units += gradients.Units;
                trace += geometry.SquaredNorms(gradients).sum().item<float>();
                sums.add_(directions.Dots(gradients).square().sum([0]));
            },
            cancellationToken);
        return (trace / units, (sums / units).data<double>().ToArray());
    }

    private double PassSeconds(IGeometry geometry, double clipNorm)
    {
        var rows = publicRows.Slice(0, Math.Min(publicRows.Count, Math.Min(PrivatePass.MostRowsAtOnce, expansion.Model.LargestBatch)));
        var seconds = double.PositiveInfinity;
        // The first pass warms up; a slow one says enough.
        for (var i = 0; i < 3 && (i < 1 || seconds < 1); i++)
        {
            var watch = Stopwatch.StartNew();
            using (PrivatePass.ClippedSum(expansion.Model, expansion.Loss, geometry, rows, clipNorm, rows.Count))
            {
                seconds = Math.Min(seconds, watch.Elapsed.TotalSeconds);
            }
        }

        return seconds / rows.Count * nominalSize;
    }

    private sealed record Choice(double Quantile, double ClipNorm, QuadraticStep Mean, IReadOnlyList<(QuadraticStep Step, double Signal)> Steps);
}
