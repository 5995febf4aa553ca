namespace Quietune.Tuning.Planning;

/// <summary>The order in which one axis is searched: outwards from the present value, on each side until a value is no better than the best so far.</summary>
/// <remarks>
/// The merit of a step size, a radius or a dimension rises and then falls, so what lies behind a value that is worse is left out. That holds only where something is gained: as long as
/// the best candidate does harm, differences may be those between one ruin and another, and every value is tried.
/// </remarks>
/// <param name="candidates">One for each value of the axis, in order.</param>
/// <param name="present">The best candidate before; where it is none of these, every value is tried.</param>
internal sealed class AxisWalk(IReadOnlyList<Candidate> candidates, Candidate present)
{
    private readonly HashSet<int> tried = [candidates.ToList().IndexOf(present)];
    private readonly bool hasPlace = candidates.Contains(present);
    private int best = candidates.ToList().IndexOf(present);
    private int last;
    private bool gained;
    private bool isUpOpen = true;
    private bool isDownOpen = true;

    /// <summary>The next candidate to try, or null at the end.</summary>
    /// <param name="gains">Whether the best candidate so far gains anything.</param>
    public Candidate? Next(bool gains)
    {
        gained = gains;
        IEnumerable<int> open = hasPlace && gains
            ? [.. isUpOpen ? new[] { best + 1 } : [], .. isDownOpen ? new[] { best - 1 } : []]
            : Enumerable.Range(0, candidates.Count).OrderBy(index => hasPlace ? Math.Abs(index - best) : index);
        last = open.FirstOrDefault(index => index >= 0 && index < candidates.Count && !tried.Contains(index), -1);
        if (last < 0)
        {
            return null;
        }

        tried.Add(last);
        return candidates[last];
    }

    /// <summary>Tells how the last candidate did.</summary>
    /// <param name="isBetter">Whether it is better than all before.</param>
    public void Judge(bool isBetter)
    {
        var isUp = last > best;
        if (isBetter)
        {
            // Behind a candidate that gained and was beaten lies nothing better; behind a ruin nobody knows.
            (isUpOpen, isDownOpen) = (isUp || !gained, !isUp || !gained);
            best = last;
        }
        else if (isUp)
        {
            isUpOpen &= !gained;
        }
        else
        {
            isDownOpen &= !gained;
        }
    }
}
