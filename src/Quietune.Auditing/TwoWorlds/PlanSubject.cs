using Quietune.Auditing.Canaries;
using Quietune.Data;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Auditing.TwoWorlds;

/// <summary>A tuning plan on trial: the product's own passes, mechanism and noise, on public rows in the private rows' place.</summary>
/// <remarks>
/// A plan of one full round passes over the rows once: their clipped sum and that of each canary stay, and every run only adds up and releases. A plan of several
/// rounds is carried out by the tuner, whole, in every run. What follows the releases (steps, trust region) is post-processing and tells an attack nothing more.
/// </remarks>
public sealed class PlanSubject : IAuditSubject, IDisposable
{
    // Of the clip norm: float32 sums of some thousand rows stay far below, and a row more or less is one.
    private const double LargestDifference = 0.02;
    private readonly PublicExpansion expansion;
    private readonly TuningPlan plan;
    private readonly InMemoryExamples rows;
    private readonly List<InMemoryExamples> canaries;
    private readonly INoiseSource noise;
    private readonly Sensitive<Tensor>? hidden;
    private readonly IGeometry geometry;
    private readonly bool isOneRound;
    private readonly Tensor rowSum;
    private readonly Tensor vectors;
    private Tensor? releases;
    private Tensor? scaled;

    /// <summary>Prepares a plan for runs.</summary>
    /// <param name="expansion">The model and its public data; its model's parameters move.</param>
    /// <param name="plan">A calibrated plan.</param>
    /// <param name="rows">The rows beside the canaries; may be none where the plan samples.</param>
    /// <param name="canaryRows">Public rows from which canaries are made.</param>
    /// <param name="count">How many canaries.</param>
    /// <param name="noise">Where the noise comes from.</param>
    /// <param name="kinds">Kinds of canaries; null for all.</param>
    /// <param name="hiddenRows">Private rows that are released with the canaries in the place of <paramref name="rows"/>, which then only say about what they add; null for none.</param>
    /// <exception cref="InvalidOperationException">The pass over all rows is not the sum of passes over each.</exception>
    /// <exception cref="ArgumentException">There are hidden rows, and the plan has more than one full round.</exception>
    public PlanSubject(
        PublicExpansion expansion, TuningPlan plan, InMemoryExamples rows, InMemoryExamples canaryRows, int count, INoiseSource noise, IReadOnlyList<string>? kinds = null, IExampleSource? hiddenRows = null)
    {
        (this.expansion, this.plan, this.rows, this.noise) = (expansion, plan, rows, noise);
        geometry = plan.Geometry.Build(expansion);
        isOneRound = plan is { Rounds: 1, SamplingRate: 1 };
        if (hiddenRows is not null && !(isOneRound && plan.Augmentations == 1))
        {
            throw new ArgumentException("Expected a plan of one full round for hidden rows, got several rounds.", nameof(plan));
        }

        expansion.Model.Move(expansion.Origin);
        using var centre = plan.Centred ? PublicCentre.Of(geometry, expansion.Gradients(rows: 1_000, temperature: null)) : null;
        var pass = new RoundPass(geometry, plan.ClipNorm) { Centre = centre, Scale = 1.0 / plan.Augmentations };
        rowSum = SumOf(pass, round: 0, rows);
        var made = CanaryRows.Of(expansion.Model, expansion.Loss, geometry, canaryRows, rowSum, count, kinds ?? Canary.Kinds);
        Kinds = [.. made.Select(canary => canary.Kind)];
        canaries = [.. made.Select(canary => new InMemoryExamples([.. rows.Shape], canary.Features, [canary.Label]))];
        vectors = Vectors(pass, round: 0);
        RequireAdditive(pass);
        hidden = hiddenRows is null ? null : PrivatePass.Of(expansion.Model, expansion.Loss, pass, hiddenRows, Tuner.BatchSize, CancellationToken.None).Sum;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Kinds { get; }

    /// <inheritdoc/>
    public int Rounds => plan.Rounds;

    /// <inheritdoc/>
    public double SamplingRate => plan.SamplingRate;

    /// <inheritdoc/>
    public Transcript Run(IReadOnlyList<bool> present)
    {
        releases?.Dispose();
        return isOneRound ? OneRound(present) : AllRounds(present);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        releases?.Dispose();
        scaled?.Dispose();
        hidden?.Dispose();
        rowSum.Dispose();
        vectors.Dispose();
        geometry.Dispose();
    }

    private Transcript OneRound(IReadOnlyList<bool> present)
    {
        using var scope = NewDisposeScope();
        var mechanism = Tuner.MechanismOf(plan, 0, plan.ClipNorm, geometry.Dimension);
        var sum = (hidden?.Open() ?? rowSum) + Coins(present).unsqueeze(0).mm(vectors).squeeze(0);
        var released = mechanism.Release(new Sensitive<Tensor>(sum), noise);
        releases = ((released.to_type(ScalarType.Float64) - rowSum) / mechanism.NoiseScale).to_type(ScalarType.Float32).unsqueeze(0).MoveToOuterDisposeScope().DetachFromDisposeScope();
        scaled ??= (vectors / mechanism.NoiseScale).to_type(ScalarType.Float32).unsqueeze(1).DetachFromDisposeScope();
        return new(releases, scaled);
    }

    private Transcript AllRounds(IReadOnlyList<bool> present)
    {
        using var scope = NewDisposeScope();
        var released = new List<Tensor>();
        var added = new List<Tensor>();
        var coins = Coins(present);
        var among = Among(present);
        Tensor? known = null;
        Tensor? each = null;
        Tuner.Tune(
            expansion,
            geometry,
            plan,
            (round, pass) =>
            {
                known = SumOf(pass, round, rows);
                each = Vectors(pass, round);
                return plan.SamplingRate < 1 || pass.CountsBelow
                    ? PrivatePass.Of(expansion.Model, expansion.Loss, pass, Tuner.RowsOf(plan, round, among, noise), Tuner.BatchSize, CancellationToken.None)
                    : new(new(known + coins.unsqueeze(0).mm(each).squeeze(0)), null);
            },
            noise,
            progress: null,
            (mechanism, sum) =>
            {
                released.Add(((sum.to_type(ScalarType.Float64) - (plan.SamplingRate * known!)) / mechanism.NoiseScale).to_type(ScalarType.Float32).DetachFromDisposeScope());
                added.Add((each! / mechanism.NoiseScale).to_type(ScalarType.Float32).DetachFromDisposeScope());
            });
        releases = stack([.. released]).DetachFromDisposeScope();
        scaled?.Dispose();
        scaled = stack([.. added], 1).DetachFromDisposeScope();
        released.ForEach(tensor => tensor.Dispose());
        added.ForEach(tensor => tensor.Dispose());
        return new(releases, scaled);
    }

    private static Tensor Coins(IReadOnlyList<bool> present) => tensor(present.Select(coin => coin ? 1.0 : 0).ToArray());

    /// <summary>What each canary adds to a round's sum, [m, k], by the pass that any row takes.</summary>
    private Tensor Vectors(RoundPass pass, int round)
    {
        using var scope = NewDisposeScope();
        return stack([.. canaries.Select(canary => SumOf(pass, round, canary))]).MoveToOuterDisposeScope();
    }

    private Tensor SumOf(RoundPass pass, int round, InMemoryExamples some)
    {
        IExampleSource source = plan.Augmentations > 1 ? new AugmentedRows(some, plan.Augmentations, (ulong)round + 1) : some;
        return PrivatePass.Of(expansion.Model, expansion.Loss, pass with { CountsBelow = false }, source, Tuner.BatchSize, CancellationToken.None).Sum.Open();
    }

    /// <summary>Every run adds up sums of single rows: what the pass gives for all rows together must be that sum, or the audit would not be of the pass.</summary>
    private void RequireAdditive(RoundPass pass)
    {
        using var scope = NewDisposeScope();
        var difference = (SumOf(pass, round: 0, Among([.. canaries.Select(_ => true)])) - rowSum - vectors.sum([0])).norm().item<double>();
        if (!(difference <= LargestDifference * plan.ClipNorm))
        {
            throw new InvalidOperationException($"Expected a pass over {rows.Count + canaries.Count} rows to give the sum of its rows, got one {difference / plan.ClipNorm:g2} clip norms away.");
        }
    }

    private InMemoryExamples Among(IReadOnlyList<bool> present)
    {
        var chosen = canaries.Where((_, i) => present[i]).ToList();
        return new([.. rows.Shape], [.. rows.Features, .. chosen.SelectMany(canary => canary.Features)], [.. rows.Labels, .. chosen.SelectMany(canary => canary.Labels)]);
    }
}
