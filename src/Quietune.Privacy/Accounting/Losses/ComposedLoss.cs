namespace Quietune.Privacy.Accounting.Losses;

/// <summary>A composed privacy loss on a grid, weighted by e^{θ·loss}.</summary>
/// <param name="Step">The distance of neighbouring losses.</param>
/// <param name="First">The index of the first loss.</param>
/// <param name="Weights">The mass of P times e^{θ·loss − log total} at each loss; rounding may leave some below 0.</param>
/// <param name="Terms">What was composed: the tilt, the total and the mass with infinite loss.</param>
/// <param name="Error">A bound on the error of any sum of the weights of neighbouring losses.</param>
internal sealed record ComposedLoss(double Step, long First, double[] Weights, TiltedLosses Terms, double Error)
{
    // What one level of a transform, or a power of one round, may be off by: 8 units of float64.
    private static readonly double Unit = Math.ScaleB(8, -53);

    /// <summary>A bound on the sum of the weights' errors without their signs, after a composition of <paramref name="count"/> rounds of one kind.</summary>
    /// <remarks>
    /// n numbers have a sum of at most √n times the root of their squares. By Parseval's identity that root is at most what every frequency may be off by; and it is at most
    /// 8u·log₂n of the root of the weights' squares for a transform (Higham 2002, theorem 24.2), which the power multiplies by the count and to which it adds 8u a round of its own.
    /// </remarks>
    public double AbsoluteError(long count)
    {
        if (count == 1)
        {
            return Error;
        }

        var (one, all) = (Root(Terms.Weights[0]), Root(Weights));
        var transforms = 2 * Math.Log2(Weights.Length) * (count * one + all);
        return Error + Math.Sqrt(Weights.Length) * Math.Min(Error, Unit * (transforms + count * all));

        static double Root(double[] weights) => Math.Sqrt(weights.Sum(weight => weight * weight));
    }

    /// <summary>The loss ready for questions.</summary>
    /// <param name="inherited">The error that the terms brought with them.</param>
    public LossTail Tail(double inherited = 0) => new(Step, First, Weights, Terms.Tilt, Terms.LogTotal, Terms.Infinite, Error + inherited);

    /// <summary>The masses of P and Q in half cells of a grid that is coarser by an even factor.</summary>
    /// <param name="factor">2 or more, even.</param>
    public LossMasses Coarsened(int factor)
    {
        // The loss of index l lies in the half cell (k·f/2, (k + 1)·f/2] with k the floor of (l − 1)/(f/2).
        var half = factor / 2;
        var first = Cell(First);
        var (p, q) = (new double[Cell(First + Weights.Length - 1) - first + 1], Array.Empty<double>());
        q = new double[p.Length];
        for (var i = 0; i < Weights.Length; i++)
        {
            var loss = (First + i) * Step;
            var mass = Math.Max(0, Weights[i]) * Math.Exp(Terms.LogTotal - Terms.Tilt * loss);
            var cell = Cell(First + i) - first;
            (p[cell], q[cell]) = (p[cell] + mass, q[cell] + mass * Math.Exp(-loss));
        }

        return new LossMasses(Step * half, first, p, q, Below: (0, 0), Above: (0, 0));

        int Cell(long index) => checked((int)Math.Floor((index - 1) / (double)half));
    }
}
