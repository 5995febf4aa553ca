namespace Quietune.Privacy.Accounting.Losses;

/// <summary>The composed privacy loss, ready for questions about δ, ε and the trade-off.</summary>
internal sealed class LossTail
{
    private readonly double step;
    private readonly long first;
    private readonly double tilt;
    private readonly double logTotal;
    private readonly double[] tailP;
    private readonly double[] tailQ;

    /// <param name="step">The distance of neighbouring losses.</param>
    /// <param name="first">The index of the first loss.</param>
    /// <param name="weights">The mass of P times e^{tilt·loss − logTotal} at each loss.</param>
    /// <param name="tilt">θ.</param>
    /// <param name="logTotal">The logarithm of the weights' former sum.</param>
    /// <param name="infinite">The mass of P with infinite loss.</param>
    /// <param name="error">A bound on the error of any sum of the weights.</param>
    public LossTail(double step, long first, double[] weights, double tilt, double logTotal, double infinite, double error)
    {
        (this.step, this.first, this.tilt, this.logTotal, Infinite, Error) = (step, first, tilt, logTotal, infinite, error);
        (tailP, tailQ) = (weights, new double[weights.Length + 1]);
        Array.Resize(ref tailP, weights.Length + 1);

        // Sums over the losses from each one on, in units of e^{−θ·loss} there, and of e^{−(θ+1)·loss} for Q.
        var (decayP, decayQ) = (Math.Exp(-tilt * step), Math.Exp(-(tilt + 1) * step));
        for (var i = weights.Length - 1; i >= 0; i--)
        {
            tailQ[i] = tailP[i] + decayQ * tailQ[i + 1];
            tailP[i] += decayP * tailP[i + 1];
        }
    }

    /// <summary>The mass of P with infinite loss.</summary>
    public double Infinite { get; }

    /// <summary>A bound on the error of any sum of the weights.</summary>
    public double Error { get; }

    /// <summary>The largest finite loss.</summary>
    public double Largest => (first + tailP.Length - 2) * step;

    /// <summary>δ(ε), and how far it might be off.</summary>
    public (double Delta, double Error) DeltaOf(double epsilon)
    {
        var scale = Math.Exp(logTotal - tilt * epsilon);
        if (!double.IsFinite(scale))
        {
            return (1, 1);      // the tilt is of no use so far below the losses it was made for
        }

        // The first loss above ε.
        var index = (long)Math.Floor(epsilon / step) + 1 - first;
        var delta = 0.0;
        if (index < tailP.Length - 1)
        {
            var at = (int)Math.Max(0, index);
            var excess = (first + at) * step - epsilon;
            delta = scale * Math.Exp(-tilt * excess) * (tailP[at] - Math.Exp(-excess) * tailQ[at]);
        }

        return (Math.Clamp(delta, 0, 1), scale * Error + 1e-10 * Math.Abs(delta));
    }

    /// <summary>The least type II error of a test of P against Q with a given type I error, by the lemma of Neyman and Pearson; untilted only.</summary>
    public double TradeOff(double typeOneError)
    {
        // Rejecting all losses from index i on has type I error Q(i) = tailQ·e^{−loss} and power tailP.
        double RejectionQ(int i) => tailQ[i] * Math.Exp(-(first + i) * step);
        var (low, high) = (0, tailP.Length - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = RejectionQ(middle) > typeOneError ? (middle, high) : (low, middle);
        }

        var (inside, outside) = (RejectionQ(high), RejectionQ(low));
        var share = outside > inside ? Math.Clamp((typeOneError - inside) / (outside - inside), 0, 1) : 1;
        return 1 - Infinite - (tailP[high] + share * (tailP[low] - tailP[high]));
    }
}
