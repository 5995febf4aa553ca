using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting.Losses;

/// <summary>A privacy loss distribution under P on the grid of multiples of <paramref name="Step"/>.</summary>
/// <param name="Step">The distance of neighbouring losses.</param>
/// <param name="First">The index of the first loss.</param>
/// <param name="Mass">The mass of P at each loss.</param>
/// <param name="Infinite">The mass of P with infinite loss.</param>
/// <remarks>Both constructions are derived in docs/derivations/pld.md.</remarks>
internal sealed record GridLoss(double Step, int First, double[] Mass, double Infinite)
{
    private const double LargestExponent = 600;

    /// <summary>A distribution that dominates: its δ is never below the true one, at any ε and under composition.</summary>
    /// <remarks>
    /// The mass between two grid points goes to both, so that P and Q keep their masses: the profile's chords.
    /// Source: Doroshenko, Ghazi, Kamath, Kumar and Manurangsi 2022, section 4, "connect the dots".
    /// </remarks>
    public static GridLoss Pessimistic(LossMasses halves)
    {
        var step = 2 * halves.Width;
        var share = -NearZero.ExpM1(-step);
        var first = halves.First >> 1;
        var mass = new double[((halves.First + halves.P.Length - 1) >> 1) - first + 2];
        mass[0] = halves.Below.P;
        for (var i = 0; i < mass.Length - 1; i++)
        {
            var (p, q) = halves.Sum(2 * (first + i));

            // Where the exponential might overflow, all goes to the larger loss.
            var loss = (first + i) * step;
            var above = loss > LargestExponent ? p : Math.Clamp((p - q * Math.Exp(loss)) / share, 0, p);
            mass[i] += p - above;
            mass[i + 1] += above;
        }

        return new GridLoss(step, first, mass, halves.Above.P);
    }

    /// <summary>A distribution that is dominated: its δ is never above the true one, at any ε and under composition.</summary>
    /// <remarks>
    /// The test that rejects losses above the middle of a grid cell bounds the profile from below by a line. The polyline with its corners on
    /// the grid, each at the lower of the two lines that meet there, lies under the profile; its convex hull is the profile of this distribution. Where the losses
    /// end, the outermost are pooled first (<see cref="LossEnds"/>).
    /// </remarks>
    public static GridLoss Optimistic(LossMasses halves)
    {
        var step = 2 * halves.Width;
        var ends = LossEnds.Pool(halves, LargestExponent);
        halves = ends.Between;

        // Knot i collects the half cells on both sides of its loss. Losses whose exponential would overflow are given up.
        var first = Math.Max((halves.First + 1) >> 1, -(int)(LargestExponent / step));
        var (p, q) = (new double[Math.Max(1, ((halves.First + halves.P.Length) >> 1) - first + 1)], Array.Empty<double>());
        q = new double[p.Length];
        for (var i = 0; i < p.Length; i++)
        {
            (p[i], q[i]) = halves.Sum(2 * (first + i) - 1);
        }

        foreach (var (knot, massP, massQ) in ends.Atoms)
        {
            (p[knot - first], q[knot - first]) = (p[knot - first] + massP, q[knot - first] + massQ);
        }

        var slopes = LowerSlopes(p, q, first, step);
        MakeFalling(slopes, step);

        // The mass of Q at a knot is the fall of the slope there, and P's is e^loss times that.
        for (var i = 0; i < p.Length; i++)
        {
            var scaled = (slopes[i] - slopes[i + 1]) * Math.Exp((first + i) * step);
            p[i] = double.IsFinite(scaled) ? scaled : 0;
        }

        return new GridLoss(step, first, p, 0);
    }

    /// <summary>Minus the slopes of the polyline in e^loss: left of the first knot, then right of each knot.</summary>
    private static double[] LowerSlopes(double[] p, double[] q, int first, double step)
    {
        var growth = NearZero.ExpM1(step);
        var (tailP, tailQ) = (new double[p.Length + 1], new double[p.Length + 1]);
        for (var i = p.Length - 1; i >= 0; i--)
        {
            (tailP[i], tailQ[i]) = (tailP[i + 1] + p[i], tailQ[i + 1] + q[i]);
        }

        // In units of e^loss at knot i: how far the line right of it lies under the line left of it, and a line's height there.
        double Offset(int i) => p[i] * Math.Exp(-(first + i) * step) - q[i];
        double Height(int line, int knot) => tailP[line + 1] * Math.Exp(-(first + knot) * step) - tailQ[line + 1];

        // From the first line on that would dip below 0 at its far end, what little mass is left is given up.
        var end = 0;
        while (end + 1 < p.Length && Height(end, end + 1) >= 0)
        {
            end++;
        }

        var slopes = new double[p.Length + 1];
        slopes[0] = end == 0 ? 0 : tailQ[0];
        for (var i = 0; i < end; i++)
        {
            var below = Math.Min(0, Offset(i));
            slopes[i + 1] = i + 1 < end
                ? tailQ[i + 1] + (below + Math.Max(0, Offset(i + 1)) * (1 + growth)) / growth
                : (Height(i, i) + below) / growth;
        }

        return slopes;
    }

    /// <summary>Replaces a polyline by its convex hull from below: slopes that rise are pooled with those before them.</summary>
    /// <remarks>Source: the pool-adjacent-violators algorithm; Ayer, Brunk, Ewing, Reid and Silverman 1955.</remarks>
    private static void MakeFalling(double[] slopes, double step)
    {
        // Blocks of equal slope, with the length of each in units of e^loss at its last knot.
        var blocks = new Stack<(double Slope, double Length, int Count)>();
        for (var i = 0; i < slopes.Length; i++)
        {
            var block = (Slope: slopes[i], Length: i == 0 ? 1 : -NearZero.ExpM1(-step), Count: 1);
            while (blocks.TryPeek(out var before) && before.Slope < block.Slope)
            {
                blocks.Pop();
                var length = before.Length * Math.Exp(-block.Count * step);
                block = ((before.Slope * length + block.Slope * block.Length) / (length + block.Length), length + block.Length, before.Count + block.Count);
            }

            blocks.Push(block);
        }

        var end = slopes.Length;
        foreach (var (slope, _, count) in blocks)
        {
            slopes.AsSpan(end - count, count).Fill(slope);
            end -= count;
        }
    }
}
