namespace Quietune.Privacy.Accounting.Losses;

/// <summary>The outermost losses of both sides, each pooled into one outcome whose loss lies on the grid.</summary>
/// <remarks>
/// Pooling outcomes is post-processing, so what is left is dominated; both laws keep their whole mass. Without it, a side on which the losses end
/// abruptly would cost a share of the mass that is linear in the step (docs/derivations/pld.md).
/// </remarks>
/// <param name="Between">The masses that were not pooled.</param>
/// <param name="Atoms">Grid index of the loss, and the masses of P and Q, of each pooled outcome.</param>
internal sealed record LossEnds(LossMasses Between, IReadOnlyList<(int Knot, double P, double Q)> Atoms)
{
    // The grid holds the loss of an exact atom only up to rounding.
    private const double Slack = 1e-9;

    // The rounding of a ratio must not make an atom's loss smaller than the grid's.
    private static readonly double Rounding = 1 - Math.ScaleB(1, -50);

    /// <param name="halves">The masses in half cells of the grid.</param>
    /// <param name="largestLoss">Losses above this are left alone.</param>
    public static LossEnds Pool(LossMasses halves, double largestLoss)
    {
        var step = 2 * halves.Width;
        var lowest = Array.FindIndex(halves.Q, mass => mass > 0);
        var highest = Array.FindLastIndex(halves.P, mass => mass > 0);
        if (lowest < 0 || highest <= lowest)
        {
            return new LossEnds(halves, []);
        }

        var low = (int)Math.Ceiling(Math.Log((halves.Below.P + halves.P[lowest]) / (halves.Below.Q + halves.Q[lowest])) / step - Slack);
        var high = (int)Math.Floor(Math.Log((halves.Above.P + halves.P[highest]) / (halves.Above.Q + halves.Q[highest])) / step + Slack);

        // Both must be knots that the masses reach; where rounding or a limit hides the outermost, more is pooled.
        low = Math.Max(low, Math.Max((halves.First + 1) >> 1, -(int)(largestLoss / step)));
        high = Math.Min(high, (halves.First + halves.P.Length) >> 1);
        if (low >= 0 || high <= 0 || high * step > largestLoss)
        {
            return new LossEnds(halves, []);
        }

        // Seen from the other law, the upper end is a lower end.
        var (p, q) = ((double[])halves.P.Clone(), (double[])halves.Q.Clone());
        var bottom = Gather(p, q, halves.Below, Enumerable.Range(0, p.Length), Math.Exp(low * step));
        var (topQ, topP) = Gather(q, p, (halves.Above.Q, halves.Above.P), Enumerable.Range(0, p.Length).Reverse(), Math.Exp(-high * step));
        return new LossEnds(
            halves with { P = p, Q = q, Below = (0, 0), Above = (0, 0) },
            [(low, bottom.P, bottom.Q), (high, topP, topQ * Rounding)]);
    }

    /// <summary>Takes mass out of the cells, in order, until what was taken has the given ratio of P to Q; the last cell is taken in part.</summary>
    private static (double P, double Q) Gather(double[] p, double[] q, (double P, double Q) taken, IEnumerable<int> cells, double ratio)
    {
        foreach (var i in cells)
        {
            var (lacking, gain) = (ratio * taken.Q - taken.P, p[i] - ratio * q[i]);
            var share = gain > lacking ? Math.Clamp(lacking / gain, 0, 1) : 1;
            taken = (taken.P + share * p[i], taken.Q + share * q[i]);
            (p[i], q[i]) = share == 1 ? (0, 0) : ((1 - share) * p[i], (1 - share) * q[i]);
            if (gain > lacking)
            {
                break;
            }
        }

        return taken;
    }
}
