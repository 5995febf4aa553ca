namespace Quietune.Privacy.Accounting.Losses;

/// <summary>The composition of several dominating pairs in one direction; chooses grid and tilt for each question.</summary>
internal sealed class LossComposition(IReadOnlyList<(LossPair Pair, long Count)> parts, bool isReversed)
{
    /// <summary>The width that brackets around ε are built for; below ε = 1 it is relative.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Fewer rounds than this get a grid as fine as this many, which resolves rough distributions.</summary>
    private const double FineCount = 300;

    /// <summary>The same for questions about δ, whose answers are wanted to more digits.</summary>
    private const double FinestCount = 10_000;

    /// <summary>The largest number of cells of one discretised round.</summary>
    private const double MostCells = 1 << 21;

    /// <summary>How many cells a round may take to hold the least loss where the step by itself is too coarse for it.</summary>
    private const double MostRefinedCells = 1 << 19;

    /// <summary>How many steps should reach the least loss at least: a small sampling rate's losses lie between it and a few times its negative.</summary>
    private const double FewestSteps = 32;

    /// <summary>From how many rounds of a kind on a window that is too wide is filled in two stages.</summary>
    private const long FewestStagedRounds = 1 << 10;

    /// <summary>Composed tails kept for the next question; one holds up to 128 MB.</summary>
    private const int KeptTails = 3;

    // Tilts θ are taken from a geometric list, so that near questions meet the same composition.
    private const double SmallestTilt = 5e-4;
    private const double TiltGrowth = 1.1;
    private const int LargestTiltIndex = 350;
    private const int CoarseStride = 8;
    private const int Untilted = -1;

    private readonly Lock gate = new();
    private readonly Dictionary<int, double> logMoments = [];
    private readonly LinkedList<(Grid Grid, (LossTail Upper, LossTail Lower) Tails)> kept = new();

    /// <param name="delta">δ.</param>
    /// <param name="known">An ε that is certainly needed; an answer that is certainly not above it is not worth composing.</param>
    public Bracket EpsilonOf(double delta, double known = 0)
    {
        lock (gate)
        {
            var logDelta = Math.Log(delta);
            double RenyiBound(int index) => (LogMoment(index) - logDelta) / Tilt(index);
            var index = Minimise(RenyiBound);

            var epsilon = RenyiBound(index);
            if (epsilon <= known)
            {
                return new Bracket(0, known);
            }

            var tails = Tails(new Grid(Gentlest(index, epsilon, logDelta), Step(epsilon, index, Reach(logDelta)), Reach(logDelta)));
            var upper = UpperEpsilon(tails.Upper, delta);
            if (double.IsFinite(upper) && tails.Upper.DeltaOf(upper).Error > 1e-4 * delta)
            {
                // The tilt was chosen by a loose bound; choose it again by what was found.
                index = Minimise(i => LogMoment(i) - Tilt(i) * upper);
                tails = Tails(new Grid(Gentlest(index, upper, logDelta, tails.Upper.Error), Step(upper, index, Reach(logDelta)), Reach(logDelta)));
                upper = Math.Min(upper, UpperEpsilon(tails.Upper, delta));
            }

            return new Bracket(LowerEpsilon(tails.Lower, delta, upper), upper);
        }
    }

    /// <param name="epsilon">ε.</param>
    /// <param name="known">A δ that is certainly needed; an answer that is certainly not above it is not worth composing.</param>
    public Bracket DeltaOf(double epsilon, double known = 0)
    {
        lock (gate)
        {
            var index = Minimise(i => LogMoment(i) - Tilt(i) * epsilon);

            // Chernoff's bound is above δ by a factor of ten or a hundred.
            var logDelta = Math.Min(0, LogMoment(index) - Tilt(index) * epsilon);
            if (Math.Exp(logDelta) <= known)
            {
                return new Bracket(0, known);
            }

            var tails = Tails(new Grid(Gentlest(index, epsilon, logDelta - 5), Step(Math.Max(0.05, epsilon), index, Reach(logDelta), FinestCount), Reach(logDelta)));
            var (upper, lower) = (tails.Upper.DeltaOf(epsilon), tails.Lower.DeltaOf(epsilon));
            var most = upper.Delta + upper.Error + tails.Upper.Infinite;
            return new Bracket(Math.Max(0, lower.Delta - lower.Error), most <= 1 ? most : 1);
        }
    }

    public Bracket TradeOff(double typeOneError)
    {
        lock (gate)
        {
            // Untilted, with the grid that a usual δ asks for.
            var logDelta = Math.Log(1e-6);
            double RenyiBound(int index) => (LogMoment(index) - logDelta) / Tilt(index);
            var index = Minimise(RenyiBound);

            var tails = Tails(new Grid(Untilted, Step(RenyiBound(index), index, Reach(logDelta)), Reach(logDelta)));
            var (lower, upper) = (tails.Upper.TradeOff(typeOneError), tails.Lower.TradeOff(typeOneError));
            return new Bracket(Math.Clamp(lower - tails.Upper.Error - 1e-12, 0, 1 - typeOneError), Math.Clamp(upper + tails.Lower.Error + 1e-12, 0, 1 - typeOneError));
        }
    }

    private static double Tilt(int index) => index == Untilted ? 0 : SmallestTilt * Math.Pow(TiltGrowth, index);

    /// <summary>The least ε whose δ, with all that may be wrong with it, is within <paramref name="delta"/>.</summary>
    private static double UpperEpsilon(LossTail tail, double delta)
    {
        bool IsAbove(double epsilon)
        {
            // Whatever is not a number counts as too much.
            var found = tail.DeltaOf(epsilon);
            return !(found.Delta + found.Error + tail.Infinite <= delta);
        }

        if (!IsAbove(0))
        {
            return 0;
        }

        var largest = Math.Max(0, tail.Largest);
        return IsAbove(largest) ? double.PositiveInfinity : Bisect(0, largest, IsAbove).High;
    }

    /// <summary>An ε not far below <paramref name="upper"/> whose δ is certainly above <paramref name="delta"/>, or 0.</summary>
    private static double LowerEpsilon(LossTail tail, double delta, double upper)
    {
        bool IsAbove(double epsilon)
        {
            var found = tail.DeltaOf(epsilon);
            return found.Delta - found.Error > delta;
        }

        // Far from the tilt's ε nothing is certain, so the search starts where it should end.
        var high = Math.Min(upper, tail.Largest);
        for (var distance = 1e-7 * high; distance > 0; distance *= 2)
        {
            var low = Math.Max(0, high - distance);
            if (IsAbove(low))
            {
                return Bisect(low, high, IsAbove).Low;
            }

            if (low == 0)
            {
                break;
            }
        }

        return 0;
    }

    private static (double Low, double High) Bisect(double low, double high, Func<double, bool> isLow)
    {
        for (var i = 0; i < 100 && high - low > 1e-13 * high; i++)
        {
            var middle = low + (high - low) / 2;
            (low, high) = isLow(middle) ? (middle, high) : (low, middle);
        }

        return (low, high);
    }

    /// <summary>The tilt index that minimises a function with one valley.</summary>
    private static int Minimise(Func<int, double> objective)
    {
        var (best, value) = (0, objective(0));
        for (var stride = CoarseStride; stride >= 1; stride /= 2)
        {
            foreach (var direction in (ReadOnlySpan<int>)[1, -1])
            {
                for (var next = best + direction * stride; next is >= 0 and <= LargestTiltIndex; next += direction * stride)
                {
                    // A gain below 1e-3 is not worth a longer and longer integral.
                    var found = objective(next);
                    if (!(found < value - 1e-3 * Math.Abs(value)))
                    {
                        break;
                    }

                    (best, value) = (next, found);
                }
            }
        }

        return best;
    }

    /// <summary>The smallest tilt, from <paramref name="index"/> down, with which rounding still is nothing beside δ.</summary>
    /// <remarks>The smaller the tilt, the narrower is the window and the finer may be the grid.</remarks>
    private int Gentlest(int index, double epsilon, double logDelta, double error = 0)
    {
        var allowed = logDelta + Math.Log(1e-5 / Math.Max(error, FourierComposition.ErrorOf(parts.Sum(part => part.Count))));
        while (index >= CoarseStride && LogMoment(index - CoarseStride) - Tilt(index - CoarseStride) * epsilon <= allowed)
        {
            index -= CoarseStride;
        }

        return index;
    }

    /// <summary>log E[e^{θ·total loss}], which is θ times the Rényi divergence of order 1 + θ.</summary>
    private double LogMoment(int index)
    {
        if (!logMoments.TryGetValue(index, out var value))
        {
            var tilt = Tilt(index);
            value = parts.Sum(part => part.Count * part.Pair.LogMoment(isReversed ? -tilt : 1 + tilt));
            logMoments.Add(index, value);
        }

        return value;
    }

    /// <summary>The grid step for questions answered by about this ε with this tilt.</summary>
    private double Step(double epsilon, int tiltIndex, int reach, double fineCount = FineCount)
    {
        // The bracket is about count·(θ + 1)·step²/8 wide (docs/derivations/pld.md).
        var count = Math.Max(fineCount, parts.Sum(part => (double)part.Count));
        var width = Tolerance * Math.Clamp(epsilon, 1e-6, 1);
        var step = Math.Sqrt(8 * width / (count * (1 + Tilt(tiltIndex))));

        // Quarters of a power of two, so that near questions meet the same composition; but where a loss has a least value, around which much of
        // its mass may lie, that value is a whole number of steps, and a few at least: the optimistic end would lose that mass otherwise.
        // With the least loss inside one cell, the optimistic profile would be 0 at ε = 0, and so everywhere.
        var anchored = parts.MaxBy(part => part.Pair.LeastLoss is 0 ? 0 : part.Count).Pair;
        var anchor = anchored.LeastLoss;
        var range = anchored.Range(reach);
        var steps = Math.Max(anchor / step, Math.Min(FewestSteps, anchor * MostRefinedCells / (range.High - range.Low)));
        return steps >= 2
            ? anchor / Math.Ceiling(Math.Pow(2, Math.Ceiling(4 * Math.Log2(steps)) / 4))
            : Math.Pow(2, Math.Floor(4 * Math.Log2(step)) / 4);
    }

    /// <summary>How many standard deviations of a normal to keep, so that what is cut off is nothing beside δ.</summary>
    private int Reach(double logDelta)
    {
        var logCut = logDelta - Math.Log(1e12 * parts.Sum(part => (double)part.Count));
        return (int)Math.Ceiling(Math.Min(37.6, Math.Sqrt(-2 * logCut)));
    }

    private (LossTail Upper, LossTail Lower) Tails(Grid wanted)
    {
        var finest = parts.Max(part => (part.Pair.Range(wanted.Reach).High - part.Pair.Range(wanted.Reach).Low) / MostCells);
        for (var grid = wanted with { Step = Math.Max(wanted.Step, finest) }; ; grid = grid with { Step = 2 * grid.Step })
        {
            if (kept.FirstOrDefault(entry => entry.Grid == grid) is { Grid: not null } known)
            {
                return known.Tails;
            }

            if (Compose(grid) is { } tails)
            {
                kept.AddFirst((grid, tails));
                while (kept.Count > KeptTails)
                {
                    kept.RemoveLast();
                }

                return tails;
            }
        }
    }

    /// <summary>Whether many rounds of one kind may be composed in two stages.</summary>
    private bool HasStages => parts.Max(part => part.Count) >= FewestStagedRounds;

    private (LossTail Upper, LossTail Lower)? Compose(Grid grid)
    {
        var grids = new List<(GridLoss Upper, GridLoss Lower, long Count)>(parts.Count);
        foreach (var (pair, count) in parts)
        {
            var masses = pair.Masses(grid.Step / 2, grid.Reach);
            masses = isReversed ? masses.Reversed() : masses;
            grids.Add((GridLoss.Pessimistic(masses), GridLoss.Optimistic(masses), count));
        }

        return Compose(grids, Tilt(grid.TiltIndex)) is { } composed ? (composed.Upper.Tail(), composed.Lower.Tail())
            : HasStages ? StagedComposition.Compose(grids, Tilt(grid.TiltIndex))
            : null;
    }

    private static (ComposedLoss Upper, ComposedLoss Lower)? Compose(List<(GridLoss Upper, GridLoss Lower, long Count)> grids, double tilt) => FourierComposition.Compose(
        new TiltedLosses([.. grids.Select(part => (part.Upper, part.Count))], tilt),
        new TiltedLosses([.. grids.Select(part => (part.Lower, part.Count))], tilt),
        grids);

    /// <summary>What determines a composition: the tilt, the distance of losses, and the standard deviations of a normal kept.</summary>
    private sealed record Grid(int TiltIndex, double Step, int Reach);
}
