using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Accounting.Losses;

/// <summary>A dominating pair (P, Q): no neighbours are easier to tell apart than these two laws, at any ε.</summary>
/// <remarks>Source: Zhu, Dong and Wang 2022, definition 7; pairs of independent rounds compose (theorem 10 there).</remarks>
internal abstract class LossPair
{
    /// <summary>Whether (Q, P) has the same privacy loss distribution as (P, Q).</summary>
    public abstract bool IsSymmetric { get; }

    /// <summary>The supremum of the privacy loss in both directions.</summary>
    public abstract double LargestLoss { get; }

    /// <summary>Minus the infimum of the privacy loss, which a grid should hold; 0 where there is none.</summary>
    public virtual double LeastLoss => 0;

    /// <summary>μ where the pair is two normals at distance μ, so that everything is known in closed form; otherwise null.</summary>
    public virtual double? ShiftOfNormals => null;

    /// <summary>The pair of one primitive round.</summary>
    public static LossPair Of(Round round, Adjacency adjacency) => round switch
    {
        GaussianRound gaussian => GaussianMixturePair.Of(gaussian, adjacency),
        PureRound pure => new RandomizedResponsePair(pure.Epsilon),
        BoundedRangeRound bounded => new BoundedRangePair(bounded.Epsilon),
        _ => throw new UnsupportedEventException(
            $"Expected a round with a known privacy loss distribution, got {round.GetType().Name.Replace("Round", string.Empty, StringComparison.Ordinal)}."),
    };

    /// <summary>log E_Q[(P/Q)^α], for every real α; the reversed pair has the same at 1 − α.</summary>
    public abstract double LogMoment(double order);

    /// <summary>The Rényi divergence of order α ≥ 1, the larger of both directions.</summary>
    public virtual double RenyiDivergence(double order) =>
        Math.Max(0, Math.Max(LogMoment(order), LogMoment(1 - order))) / (order - 1);

    /// <summary>The losses to keep; outside of them P and Q have no more mass than a normal beyond <paramref name="reach"/> standard deviations.</summary>
    public virtual (double Low, double High) Range(double reach) => (-LargestLoss, LargestLoss);

    /// <summary>The masses of P and Q by privacy loss, in cells (k·width, (k + 1)·width] that cover <see cref="Range"/>.</summary>
    public abstract LossMasses Masses(double width, double reach);
}
