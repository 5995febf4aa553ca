using Quietune.Privacy.Accounting.Losses;

namespace Quietune.Privacy.Accounting;

/// <summary>The privacy curve of a composition, between a pessimistic and an optimistic privacy loss distribution.</summary>
/// <remarks>Safe for use by several threads at a time.</remarks>
public sealed class PldCurve : IPrivacyCurve
{
    private readonly LossComposition[] directions;
    private readonly double largestLoss;

    internal PldCurve(IReadOnlyList<(LossPair Pair, long Count)> parts)
    {
        var forward = new LossComposition(parts, isReversed: false);
        directions = parts.Count == 0 ? [] : parts.All(part => part.Pair.IsSymmetric) ? [forward] : [forward, new(parts, isReversed: true)];
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

        var brackets = Array.ConvertAll(directions, direction => direction.EpsilonOf(delta));
        return new Bracket(brackets.Select(found => found.Lower).Append(0).Max(), Math.Min(largestLoss, brackets.Select(found => found.Upper).Append(0).Max()));
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

        var brackets = Array.ConvertAll(directions, direction => direction.DeltaOf(epsilon));
        return new Bracket(brackets.Select(found => found.Lower).Append(0).Max(), brackets.Select(found => found.Upper).Append(0).Max());
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

        var brackets = Array.ConvertAll(directions, direction => direction.TradeOff(typeOneError));
        return new Bracket(
            brackets.Select(found => found.Lower).Append(1 - typeOneError).Min(),
            brackets.Select(found => found.Upper).Append(1 - typeOneError).Min());
    }
}
