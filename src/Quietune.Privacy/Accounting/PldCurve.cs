using Quietune.Privacy.Accounting.Losses;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting;

/// <summary>The privacy curve of a composition, between a pessimistic and an optimistic privacy loss distribution.</summary>
/// <remarks>Safe for use by several threads at a time.</remarks>
public sealed class PldCurve : IPrivacyCurve
{
    private readonly LossComposition[] directions;
    private readonly double largestLoss;
    private readonly double? mu;

    internal PldCurve(IReadOnlyList<(LossPair Pair, long Count)> parts)
    {
        var forward = new LossComposition(parts, isReversed: false);
        directions = parts.Count == 0 ? [] : parts.All(part => part.Pair.IsSymmetric) ? [forward] : [forward, new(parts, isReversed: true)];
        mu = parts is [{ Count: 1 }] ? parts[0].Pair.ShiftOfNormals : null;
        largestLoss = parts.Sum(part => part.Count * part.Pair.LargestLoss);
    }

    /// <inheritdoc />
    public double EpsilonOf(double delta) => EpsilonBracket(delta).Upper;

    /// <inheritdoc />
    public double DeltaOf(double epsilon) => DeltaBracket(epsilon).Upper;

    /// <summary>The bracket around the smallest ε for δ.</summary>
    /// <param name="delta">δ, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is outside its range.</exception>
    public Bracket EpsilonBracket(double delta)
    {
        Require.Delta(delta);
        if (delta == 0)
        {
            return new Bracket(largestLoss, largestLoss);
        }

        if (mu is { } shift)
        {
            return Exactly(GaussianProfile.EpsilonOf(shift, delta));
        }

        var both = directions.Aggregate(default(Bracket), (known, direction) => Larger(known, direction.EpsilonOf(delta, known.Lower)));
        return new Bracket(both.Lower, Math.Min(largestLoss, both.Upper));
    }

    /// <summary>The bracket around the smallest δ for ε.</summary>
    /// <param name="epsilon">ε, finite and at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is outside its range.</exception>
    public Bracket DeltaBracket(double epsilon)
    {
        Require.Epsilon(epsilon);
        if (epsilon >= largestLoss)
        {
            return new Bracket(0, 0);
        }

        if (mu is { } shift)
        {
            return Exactly(GaussianProfile.DeltaOf(shift, epsilon));
        }

        return directions.Aggregate(default(Bracket), (known, direction) => Larger(known, direction.DeltaOf(epsilon, known.Lower)));
    }

    /// <summary>The trade-off function: the bracket around the least type II error of any test between neighbours.</summary>
    /// <param name="typeOneError">The type I error, in [0, 1].</param>
    /// <remarks>The lower end is the one to certify. Accurate to about 1e-9 absolute, on top of the bracket.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The type I error is outside its range.</exception>
    public Bracket TradeOff(double typeOneError)
    {
        if (typeOneError is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(typeOneError), $"Expected typeOneError in [0, 1], got {typeOneError}.");
        }

        if (mu is { } shift)
        {
            var least = GaussianProfile.TradeOff(shift, typeOneError);
            return new Bracket(least, Math.Min(1 - typeOneError, least * (1 + 1e-9)));
        }

        var brackets = Array.ConvertAll(directions, direction => direction.TradeOff(typeOneError));
        return new Bracket(
            brackets.Select(found => found.Lower).Append(1 - typeOneError).Min(),
            brackets.Select(found => found.Upper).Append(1 - typeOneError).Min());
    }

    private static Bracket Larger(Bracket first, Bracket second) => new(Math.Max(first.Lower, second.Lower), Math.Max(first.Upper, second.Upper));

    /// <summary>A bracket around a number that was rounded up, by less than 1e-10 of it.</summary>
    private static Bracket Exactly(double roundedUp) => new(roundedUp * (1 - 1e-10), roundedUp);
}
