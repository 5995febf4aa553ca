namespace Quietune.Privacy.Accounting.Losses;

/// <summary>The masses of P and Q in the cells ((First + i)·Width, (First + i + 1)·Width] of the privacy loss log(P/Q).</summary>
/// <param name="Width">The width of a cell.</param>
/// <param name="First">The index of the first cell.</param>
/// <param name="P">The mass of P in each cell.</param>
/// <param name="Q">The mass of Q in each cell.</param>
/// <param name="Below">The masses of P and Q with a loss below all cells.</param>
/// <param name="Above">The masses of P and Q with a loss above all cells.</param>
internal sealed record LossMasses(double Width, int First, double[] P, double[] Q, (double P, double Q) Below, (double P, double Q) Above)
{
    /// <summary>The same for the pair (Q, P), whose loss is the negative.</summary>
    public LossMasses Reversed()
    {
        var (p, q) = ((double[])Q.Clone(), (double[])P.Clone());
        Array.Reverse(p);
        Array.Reverse(q);
        return new(Width, -(First + P.Length), p, q, (Above.Q, Above.P), (Below.Q, Below.P));
    }

    /// <summary>The masses of P and Q in the cells of indices <paramref name="cell"/> and <paramref name="cell"/> + 1.</summary>
    public (double P, double Q) Sum(int cell)
    {
        var (p, q) = (0.0, 0.0);
        for (var i = Math.Max(0, cell - First); i <= Math.Min(P.Length - 1, cell + 1 - First); i++)
        {
            (p, q) = (p + P[i], q + Q[i]);
        }

        return (p, q);
    }
}
