using static TorchSharp.torch;

namespace Quietune.Auditing.TwoWorlds;

/// <summary>The likelihood ratio where a row takes part in each round by a coin of its own: log((1 − q) + q·e^l), summed over rounds.</summary>
/// <remarks>How often a canary takes part in a round is learned from earlier runs: q if rounds are sampled as claimed, 0 or 1 if batches are fixed.</remarks>
/// <param name="samplingRate">q as claimed.</param>
internal sealed class SampledScores(double samplingRate) : IDisposable
{
    // The claimed rate weighs as much as this many runs in what is learned.
    private const double PriorRuns = 20;
    private Tensor? rates;
    private Tensor? taken;
    private Tensor? seen;
    private int runs;

    /// <summary>The score of each canary, [m]; in the current dispose scope.</summary>
    /// <param name="transcript">The run.</param>
    /// <param name="present">Which canaries were present.</param>
    public Tensor Of(Transcript transcript, IReadOnlyList<bool> present)
    {
        var canaries = transcript.Canaries;
        rates ??= full([canaries.shape[0], canaries.shape[1]], (float)samplingRate).DetachFromDisposeScope();
        var coins = tensor(present.Select(coin => coin ? 1f : 0f).ToArray()).unsqueeze(1);
        var expected = rates * coins;
        var left = transcript.Releases - (canaries * expected.unsqueeze(-1)).sum([0]);
        var loss = (canaries * left).sum(-1) + ((expected - 0.5) * canaries.square().sum(-1));
        var scores = logaddexp(loss + rates.log(), (1 - rates).log()).sum(-1);
        Learn((loss + rates.logit()).sigmoid() * coins, coins);
        return scores;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        rates?.Dispose();
        taken?.Dispose();
        seen?.Dispose();
    }

    /// <summary>Counts the rounds in which a canary that was present seems to have taken part.</summary>
    private void Learn(Tensor part, Tensor coins)
    {
        taken ??= zeros_like(part).DetachFromDisposeScope();
        seen ??= zeros_like(coins).DetachFromDisposeScope();
        taken.add_(part);
        seen.add_(coins);
        if (int.PopCount(++runs) > 1)
        {
            return;
        }

        // Counts made with poorer rates are forgotten as soon as there are twice as many runs.
        rates!.copy_(((taken + (PriorRuns * samplingRate)) / (seen + PriorRuns)).clamp(1e-6, 1 - 1e-6));
        taken.zero_();
        seen.zero_();
    }
}
