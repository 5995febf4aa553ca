using Quietune.Data;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;

namespace Quietune.Tuning.Planning;

/// <summary>Runs the whole mechanism on public data in the private data's role, and picks the settings that do best there.</summary>
/// <remarks>
/// Guarantee: reads public data only, so its choice costs no budget. The noise is seeded and the same for every candidate, so that
/// differences come from the settings. Harm counts double: a plan must gain more than it risks, and doing nothing is always a candidate.
/// </remarks>
public sealed class Rehearsal : IDisposable
{
    // What a candidate that lies behind may make up for on each scenario left, in units of the measure: in the first half, and once half of them agree that it lies behind.
    private const double Allowance = 0.03;
    private const double LateAllowance = 0.01;

    private readonly PublicExpansion expansion;
    private readonly List<StandIn> standIns;
    private readonly IReadOnlyList<double> before;
    private readonly int draws;
    private readonly Func<TunableModel, InMemoryExamples, double> measure;
    private readonly double leastGain;
    private readonly Dictionary<GeometryPlan, IGeometry> geometries = [];
    private readonly Dictionary<GeometryPlan, float[]> norms = [];
    private double[]? inputNorms;

    /// <summary>Prepares a rehearsal.</summary>
    /// <param name="expansion">The model and its public data.</param>
    /// <param name="scenarios">One or more; their rows took no part in pretraining if that can be had.</param>
    /// <param name="draws">Draws of the noise for each scenario and candidate.</param>
    /// <param name="measure">What is to rise on a scenario's evaluation rows; accuracy unless told.</param>
    /// <param name="leastGain">A plan that promises no more than this, harm counted double, is not worth its risk: then nothing is done.</param>
    public Rehearsal(PublicExpansion expansion, IReadOnlyList<Scenario> scenarios, int draws = 1, Func<TunableModel, InMemoryExamples, double>? measure = null, double leastGain = 0)
    {
        this.leastGain = leastGain;
        this.expansion = expansion;
        standIns = [.. scenarios.Select(scenario => new StandIn(expansion.Model, expansion.Loss, expansion.Origin, scenario))];
        this.draws = draws;
        this.measure = measure ?? Accuracy.Of;
        expansion.Model.Move(expansion.Origin);
        before = [.. scenarios.Select(scenario => this.measure(expansion.Model, scenario.Evaluation))];
    }

    /// <summary>Searches the axes one after the other, each at the best values of the others so far, from the present value outwards (<see cref="AxisWalk"/>).</summary>
    /// <param name="start">Where the search begins.</param>
    /// <param name="axes">The settings to vary, in order; an axis may come twice.</param>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between candidates.</param>
    /// <returns>The plan to carry out; the model is back at its origin.</returns>
    /// <exception cref="ArgumentException">No stand-in row has a finite gradient.</exception>
    public RehearsalResult Search(Candidate start, IReadOnlyList<PlanAxis> axes, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var tried = new Dictionary<Candidate, IReadOnlyList<ScenarioScore>?>();
        var total = axes.Sum(axis => axis.Values.Count);
        var done = 0;
        var best = Possible(start);
        var leader = Scores(best, null)!;
        foreach (var axis in axes)
        {
            var origin = best;
            var walk = new AxisWalk([.. axis.Values.Select(value => Possible(axis.Apply(origin, value)))], origin);
            while (walk.Next(Merit(leader) > 0) is { } candidate)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var scores = Scores(candidate, leader);
                var isBetter = scores is not null && IsBetter(scores, leader);
                (best, leader) = isBetter ? (candidate, scores!) : (best, leader);
                walk.Judge(isBetter);
            }

            done += axis.Values.Count;
            progress?.Report((double)done / total);
        }

        var harmful = Merit(leader) <= leastGain;
        var plan = Frozen(best);
        expansion.Model.Move(expansion.Origin);
        return new(
            harmful ? plan with { TrustRadius = 0 } : plan,
            best.ClipQuantile,
            harmful ? 0 : leader.Average(score => score.After.Average() - score.Before),
            leader,
            tried.Count,
            harmful)
        {
            BestPlan = plan,
            Merit = Merit(leader),
        };

        IReadOnlyList<ScenarioScore>? Scores(Candidate candidate, IReadOnlyList<ScenarioScore>? rival)
        {
            if (!tried.TryGetValue(candidate, out var known))
            {
                known = Run(candidate, rival, cancellationToken);
                tried.Add(candidate, known);
            }

            return known;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        standIns.ForEach(standIn => standIn.Dispose());
        foreach (var geometry in geometries.Values)
        {
            geometry.Dispose();
        }
    }

    private static double Merit(IReadOnlyList<ScenarioScore> scores) => scores.Average(Merit);

    private static double Merit(ScenarioScore score) => score.After.Average(after => Merit(score, after));

    private static double Merit(ScenarioScore score, double after) => after >= score.Before ? after - score.Before : 2 * (after - score.Before);

    /// <summary>Whether a challenger leads by more than the standard error of its lead; as long as the leader gains nothing, whether it leads at all.</summary>
    /// <remarks>
    /// Candidates near the best differ by less than the noise of a draw; the best of many such is one that was lucky, and settings drift from where methods are known to do well.
    /// Breiman, Friedman, Olshen and Stone 1984, section 3.4.3 (the rule of one standard error), on the paired differences over scenarios and draws.
    /// </remarks>
    internal static bool IsBetter(IReadOnlyList<ScenarioScore> challenger, IReadOnlyList<ScenarioScore> leader)
    {
        var leads = challenger.Zip(leader, (mine, theirs) => mine.After.Zip(theirs.After, (a, b) => Merit(mine, a) - Merit(theirs, b))).SelectMany(lead => lead).ToList();
        var mean = leads.Average();
        if (Merit(leader) <= 0 || leads.Count < 2)
        {
            return mean > 0;
        }

        var variance = leads.Sum(lead => (lead - mean) * (lead - mean)) / (leads.Count - 1);
        return mean > Math.Sqrt(variance / leads.Count);
    }

    /// <summary>The candidate without learned directions where there are no changes to learn from.</summary>
    private Candidate Possible(Candidate candidate) => expansion.Change is null && candidate.Plan.Geometry.Learned > 0
        ? candidate with { Plan = candidate.Plan with { Geometry = candidate.Plan.Geometry with { Learned = 0 } } }
        : candidate;

    /// <summary>The candidate on every scenario, or null as soon as it lies so far behind its rival that the scenarios left cannot be expected to make up for it.</summary>
    /// <remarks>A rival once beaten stays beaten: later rivals are better still. Source of the idea: racing (Maron &amp; Moore 1994), here with a fixed allowance.</remarks>
    private ScenarioScore[]? Run(Candidate candidate, IReadOnlyList<ScenarioScore>? rival, CancellationToken cancellationToken)
    {
        var plan = Frozen(candidate);
        var geometry = GeometryOf(candidate.Plan.Geometry);
        var scores = new ScenarioScore[standIns.Count];
        var behind = 0.0;
        // Where most can be gained, candidates differ most.
        foreach (var (i, left) in Enumerable.Range(0, scores.Length).OrderBy(i => before[i]).Select((i, place) => (i, scores.Length - 1 - place)))
        {
            scores[i] = new(standIns[i].Scenario.Name, before[i], [.. Enumerable.Range(0, draws).Select(draw =>
            {
                var noise = new SeededNoise((ulong)((i * draws) + draw + 1));
                Tuner.Tune(expansion, geometry, plan, (round, pass) => standIns[i].Sums(plan, round, pass, noise, cancellationToken), noise, null);
                return measure(expansion.Model, standIns[i].Scenario.Evaluation);
            })]);
            behind += rival is null ? 0 : Merit(rival[i]) - Merit(scores[i]);
            if (left > 0 && behind > left * (2 * left > scores.Length ? Allowance : LateAllowance))
            {
                return null;
            }
        }

        return scores;
    }

    /// <summary>The candidate's plan with its clip norm, and its step size in units of the clip norm's inverse.</summary>
    internal TuningPlan Frozen(Candidate candidate)
    {
        candidate = Possible(candidate);
        var sorted = NormsOf(candidate.Plan.Geometry);
        if (sorted.Length == 0)
        {
            throw new ArgumentException("Expected public stand-in rows with finite gradients, found none.", nameof(candidate));
        }

        var clipNorm = Math.Max(candidate.ClipFactor * sorted[(int)(candidate.ClipQuantile * (sorted.Length - 1))], PrivatePass.SmallestClipNorm);
        // Adam's steps and those turned by released moments have a length of their own; all others are in units of the clip norm's inverse.
        var plan = candidate.Plan;
        return (plan with
        {
            ClipNorm = clipNorm,
            StepSize = plan.Adam is null && plan.Moments is null ? plan.StepSize / clipNorm : plan.StepSize,
            Moments = plan.Moments is { } moments ? moments with { ClipNorm = InputNormAt(candidate.ClipQuantile) } : null,
        }).Calibrated();
    }

    // The quantile of the stand-in rows' lengths, with the constant 1 of a bias.
    private double InputNormAt(double quantile)
    {
        inputNorms ??= [.. standIns.SelectMany(standIn => standIn.InputNorms()).Where(double.IsFinite).Order()];
        return Math.Max(inputNorms[(int)(quantile * (inputNorms.Length - 1))], PrivatePass.SmallestClipNorm);
    }

    private IGeometry GeometryOf(GeometryPlan plan)
    {
        if (!geometries.TryGetValue(plan, out var geometry))
        {
            geometry = plan.Build(expansion);
            geometries.Add(plan, geometry);
        }

        return geometry;
    }

    private float[] NormsOf(GeometryPlan plan)
    {
        if (norms.TryGetValue(plan, out var known))
        {
            return known;
        }

        expansion.Model.Move(expansion.Origin);
        return norms[plan] = [.. standIns.SelectMany(standIn => standIn.Norms(GeometryOf(plan))).Where(float.IsFinite).Order()];
    }
}
