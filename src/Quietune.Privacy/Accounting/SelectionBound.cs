using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting;

/// <summary>The Rényi divergence of publishing the best of a random number of tries.</summary>
/// <remarks>Derived in docs/derivations/selection.md. Source: Papernot and Steinke 2022, theorems 2 and 6.</remarks>
internal static class SelectionBound
{
    public static double[] Divergences(SelectionRound selection, RdpAccountant accountant)
    {
        var single = accountant.Divergences(selection.Inner);
        return selection.Trials switch
        {
            NegativeBinomialTrials trials => NegativeBinomial(single, trials),
            PoissonTrials trials => Poisson(single, trials),
            _ => throw new UnsupportedEventException($"Expected a known law of the number of tries, got {selection.Trials.GetType().Name}."),
        };
    }

    /// <summary>ε(λ) + (1 + η)(1 − 1/λ̂)·ε(λ̂) + (1 + η)·log(1/γ)/λ̂ + log E[K]/(λ − 1), with the best λ̂.</summary>
    private static double[] NegativeBinomial(RdpCurve single, NegativeBinomialTrials trials)
    {
        var penalty = double.PositiveInfinity;
        for (var i = 0; i < single.Orders.Count; i++)
        {
            var (order, divergence) = (single.Orders[i], single.Divergences[i]);
            penalty = Math.Min(penalty, (1 + trials.Shape) * ((1 - 1 / order) * divergence - Math.Log(trials.Stopping) / order));
        }

        return [.. single.Orders.Zip(single.Divergences, (order, divergence) => divergence + penalty + Math.Log(trials.Mean) / (order - 1))];
    }

    /// <summary>ε(λ) + m·δ̂ + log m/(λ − 1), where a try is (ε̂, δ̂)-DP with e^ε̂ ≤ 1 + 1/(λ − 1).</summary>
    private static double[] Poisson(RdpCurve single, PoissonTrials trials)
    {
        // With fewer than one try expected, log m is negative; a mean of one is the safe reading.
        var logMean = Math.Max(0, Math.Log(trials.Mean));
        return [.. single.Orders.Zip(single.Divergences, (order, divergence) =>
            divergence + trials.Mean * single.DeltaOf(NearZero.LogP1(1 / (order - 1))) + logMean / (order - 1))];
    }
}
