using Quietune.Auditing.TwoWorlds;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Mechanism;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Auditing.Tests.Broken;

/// <summary>The product's mechanism on rows that are given as whitened gradients; every way to break it is a function of its own.</summary>
/// <param name="claimed">What each canary should add in each round, [m, T, k], at most C long.</param>
/// <param name="mu">μ of one round, as claimed.</param>
/// <param name="clipNorm">C.</param>
internal sealed class VectorSubject(Tensor claimed, double mu, double clipNorm) : IAuditSubject, IDisposable
{
    private readonly SeededNoise shared = new(99);
    private readonly DisposeScope scope = NewDisposeScope();
    private DisposeScope? last;
    private int runs;

    public IReadOnlyList<string> Kinds { get; init; } = [.. Enumerable.Repeat("vector", (int)claimed.shape[0])];

    public int Rounds => (int)claimed.shape[1];

    public double SamplingRate { get; init; } = 1;

    /// <summary>What each canary does add; what it should by default.</summary>
    public Tensor? Added { get; init; }

    /// <summary>Whether a canary takes part in a round, by the run's own generator: (canary, round) → share.</summary>
    public Func<int, int, double> TakesPart { get; init; } = (_, _) => 1;

    /// <summary>The noise of a round of a run.</summary>
    public Func<INoiseSource, int, int, INoiseSource> Noise { get; init; } = (source, _, _) => source;

    /// <summary>What the other rows add, [k].</summary>
    public Tensor? Others { get; init; }

    /// <summary>What is done with a release, given how many canaries are present.</summary>
    public Func<Tensor, int, Tensor> After { get; init; } = (released, _) => released;

    /// <summary>The scale of the noise as claimed.</summary>
    public double NoiseScale => Mechanism.NoiseScale;

    private QuadraticExponentialMechanism Mechanism => new(mu, clipNorm, 20, claimed.shape[2], Adjacency.AddRemove);

    public Transcript Run(IReadOnlyList<bool> present)
    {
        last?.Dispose();
        last = NewDisposeScope();
        var others = Others ?? zeros(claimed.shape[2], dtype: ScalarType.Float64);
        var count = present.Count(coin => coin);
        var rounds = Enumerable.Range(0, Rounds).Select(round =>
        {
            var weights = tensor(present.Select((coin, i) => coin ? TakesPart(i, round) : 0).ToArray());
            var sum = others + weights.unsqueeze(0).mm((Added ?? claimed).select(1, round).to_type(ScalarType.Float64)).squeeze(0);
            var released = After(Mechanism.Release(new Sensitive<Tensor>(sum), Noise(shared, runs, round)), count);
            return ((released - others) / NoiseScale).to_type(ScalarType.Float32);
        }).ToList();
        runs++;
        return new(stack(rounds), (claimed / NoiseScale).to_type(ScalarType.Float32));
    }

    public void Dispose()
    {
        last?.Dispose();
        scope.Dispose();
    }
}
