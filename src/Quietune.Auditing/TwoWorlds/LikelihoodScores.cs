using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Auditing.TwoWorlds;

/// <summary>How much likelier a run's releases are with a canary than without it, given all other rows: the optimal statistic.</summary>
/// <remarks>
/// For noise as claimed the log-likelihood ratio is ⟨v, x⟩ − ‖v‖²/2, summed over rounds, with v what the canary adds and x what the releases
/// hold beyond all other rows; −⟨ĝ, θ − θ₀⟩ in the released coordinates. What earlier runs showed of the noise is used too: how rounds go together
/// (noise reused over rounds) and how runs do (a generator that repeats itself). Derived in docs/derivations/auditing.md.
/// </remarks>
/// <param name="rounds">T.</param>
/// <param name="samplingRate">q; below 1 rounds are scored one by one.</param>
internal sealed class LikelihoodScores(int rounds, double samplingRate) : IDisposable
{
    // The claimed law weighs as much as this many numbers a round in what is learned of the noise.
    private const double PriorNumbers = 20;
    private const double Floor = 1e-9;
    private double[,]? moments;
    private double numbers;
    private Tensor? previous;
    private Tensor? precision;
    private Tensor? regression;
    private int learned;
    private SampledScores? sampled;

    /// <summary>The score of each canary, [m]: above 0 speaks for its presence.</summary>
    /// <param name="transcript">The run.</param>
    /// <param name="present">Which canaries were present; a score does not depend on its own canary's entry.</param>
    public double[] Of(Transcript transcript, IReadOnlyList<bool> present)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var canaries = transcript.Canaries;
        if (samplingRate < 1)
        {
            return Numbers((sampled ??= new(samplingRate)).Of(transcript, present));
        }

        var (count, length) = (canaries.shape[0], canaries.shape[1] * canaries.shape[2]);
        var flat = canaries.reshape(count, length);
        var coins = tensor(present.Select(coin => coin ? 1f : 0f).ToArray());
        var known = coins.unsqueeze(0).mm(flat).reshape(canaries.shape[1], canaries.shape[2]);
        var noise = transcript.Releases - known;
        var judged = Judged(noise);
        var pull = flat.mv(judged.flatten());
        var own = precision is null ? flat.square().sum(1)
            : rounds == 1 ? flat.square().sum(1) * precision
            : (canaries * precision.matmul(canaries)).sum([1, 2]);
        var scores = Numbers(pull + ((coins - 0.5) * own.flatten()));
        Learn(noise);
        return scores;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sampled?.Dispose();
        previous?.Dispose();
        precision?.Dispose();
        regression?.Dispose();
    }

    private static double[] Numbers(Tensor values) => values.to_type(ScalarType.Float64).data<double>().ToArray();

    /// <summary>The noise with what is known of it taken off, weighed by how little is left unknown.</summary>
    private Tensor Judged(Tensor noise)
    {
        if (precision is null)
        {
            return noise;
        }

        var left = previous is null ? noise : noise - regression!.matmul(previous);
        return precision.matmul(left);
    }

    /// <summary>Takes a run's noise in, once its canaries are known.</summary>
    private void Learn(Tensor noise)
    {
        moments ??= new double[2 * rounds, 2 * rounds];
        if (previous is not null)
        {
            var both = cat([noise, previous]).to_type(ScalarType.Float64);
            var products = both.matmul(both.transpose(0, 1)).data<double>().ToArray();
            for (var i = 0; i < products.Length; i++)
            {
                moments[i / (2 * rounds), i % (2 * rounds)] += products[i];
            }

            numbers += noise.shape[1];
        }

        previous?.Dispose();
        previous = noise.clone().DetachFromDisposeScope();
        if (numbers > 0 && int.PopCount(++learned) == 1)
        {
            Update();
        }
    }

    /// <summary>The law of a run's noise given the run before.</summary>
    private void Update()
    {
        using var scope = NewDisposeScope();
        var prior = PriorNumbers * rounds;
        var covariance = (tensor(moments!) + (prior * eye(2 * rounds, dtype: ScalarType.Float64))) / (numbers + prior);
        var own = covariance.narrow(0, 0, rounds).narrow(1, 0, rounds);
        var cross = covariance.narrow(0, 0, rounds).narrow(1, rounds, rounds);
        var before = covariance.narrow(0, rounds, rounds).narrow(1, rounds, rounds);
        var ridge = Floor * eye(rounds, dtype: ScalarType.Float64);
        var weights = cross.matmul(linalg.inv(before + ridge));
        var rest = own - weights.matmul(cross.transpose(0, 1)) + ridge;
        precision?.Dispose();
        regression?.Dispose();
        precision = linalg.inv((rest + rest.transpose(0, 1)) / 2).to_type(ScalarType.Float32).DetachFromDisposeScope();
        regression = weights.to_type(ScalarType.Float32).DetachFromDisposeScope();
    }
}
