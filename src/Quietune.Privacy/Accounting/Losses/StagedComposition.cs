namespace Quietune.Privacy.Accounting.Losses;

/// <summary>Composes many rounds in two stages: some on the fine grid, then these sums on a coarser one, where a window that holds them all has room.</summary>
/// <remarks>
/// Putting a sum of T₁ rounds on a grid that is √T₁ times coarser widens the bracket by as much as the first grid did for those rounds, so both stages together
/// cost twice what one would, in cells fewer by a factor √T₁. Derived in docs/derivations/pld.md. Source: Ghazi, Kamath, Kumar and Manurangsi 2022, evolving discretization.
/// </remarks>
internal static class StagedComposition
{
    /// <summary>The tails of the upper and the lower sum, or null when a stage's grid is too fine for its width.</summary>
    /// <param name="parts">One round of each kind on the fine grid, with counts.</param>
    /// <param name="tilt">θ.</param>
    public static (LossTail Upper, LossTail Lower)? Compose(IReadOnlyList<(GridLoss Upper, GridLoss Lower, long Count)> parts, double tilt)
    {
        // T₁ = 4^k is near the root of the largest count, and its own root 2^k is how much coarser the second grid is.
        var exponent = Math.Max(1, (int)Math.Round(Math.Log2(parts.Max(part => part.Count)) / 4));
        var (first, factor) = (1L << (2 * exponent), 1 << exponent);
        var coarse = new List<(GridLoss Upper, GridLoss Lower, long Count)>();
        var inherited = 0.0;
        foreach (var (upper, lower, count) in parts)
        {
            foreach (var (rounds, times) in ((long Rounds, long Times)[])[(first, count / first), (count % first, 1)])
            {
                if (rounds == 0 || times == 0)
                {
                    continue;
                }

                var one = (new TiltedLosses([(upper, rounds)], tilt), new TiltedLosses([(lower, rounds)], tilt));
                if (FourierComposition.Compose(one.Item1, one.Item2, [(upper, lower, rounds)]) is not { } sum)
                {
                    return null;
                }

                coarse.Add((
                    GridLoss.Pessimistic(sum.Upper.Coarsened(factor)) with { Infinite = sum.Upper.Terms.Infinite },
                    GridLoss.Optimistic(sum.Lower.Coarsened(factor)),
                    times));

                // Weights that are off by e in all before make sums of so many that are off by (1 + e)^times − 1.
                inherited += times * Math.Max(sum.Upper.AbsoluteError(rounds), sum.Lower.AbsoluteError(rounds));
            }
        }

        var all = FourierComposition.Compose(
            new TiltedLosses([.. coarse.Select(part => (part.Upper, part.Count))], tilt),
            new TiltedLosses([.. coarse.Select(part => (part.Lower, part.Count))], tilt),
            coarse);

        // Below 1e-3 the exponential of a sum is less than 1.001 times it above 1; the second stage's own grid is good to a part in 1e10, which is counted elsewhere.
        return all is { } found && inherited < 1e-3 ? (found.Upper.Tail(1.01 * inherited), found.Lower.Tail(1.01 * inherited)) : null;
    }
}
