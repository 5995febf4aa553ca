namespace Quietune.Privacy.Accounting.Losses;

/// <summary>Several independent privacy losses on one grid, each weighted by e^{θ·loss}, which moves the mass to where a small δ comes from.</summary>
/// <remarks>Without the weight, the rounding of a Fourier transform, about 1e-16, would hide any smaller δ. See docs/derivations/pld.md.</remarks>
internal sealed class TiltedLosses
{
    private readonly IReadOnlyList<(GridLoss Loss, long Count)> parts;

    public TiltedLosses(IReadOnlyList<(GridLoss Loss, long Count)> parts, double tilt)
    {
        (this.parts, Tilt) = (parts, tilt);
        Weights = [.. parts.Select(part => new double[part.Loss.Mass.Length])];
        var finite = 1.0;
        for (var i = 0; i < parts.Count; i++)
        {
            var (loss, count) = parts[i];
            var (logTotal, mean, variance) = Weigh(loss, tilt, Weights[i]);
            LogTotal += count * logTotal;
            Mean += count * mean;
            Variance += count * variance;
            finite *= Math.Pow(1 - loss.Infinite, count);
        }

        Infinite = Math.Max(0, 1 - finite) + (parts.Any(part => part.Loss.Infinite > 0) ? double.Epsilon : 0);
    }

    /// <summary>θ.</summary>
    public double Tilt { get; }

    /// <summary>The weighted distribution of each part, with sum 1.</summary>
    public double[][] Weights { get; }

    /// <summary>log E[e^{θ·total loss}; finite].</summary>
    public double LogTotal { get; }

    /// <summary>The mean of the total loss under the weights.</summary>
    public double Mean { get; }

    /// <summary>The variance of the total loss under the weights.</summary>
    public double Variance { get; }

    /// <summary>The probability of an infinite total loss.</summary>
    public double Infinite { get; }

    /// <summary>Losses outside of which the weighted total has at most e^−<paramref name="exponent"/> of its mass on each side.</summary>
    /// <remarks>Chernoff's bound, at the best of a few exponents: it has one valley.</remarks>
    public (double Low, double High) Window(double exponent)
    {
        var scale = Math.Sqrt(2 * exponent / Math.Max(Variance, 1e-300));
        var high = Best(scale, change => (LogTotalAt(Tilt + change) - LogTotal + exponent) / change);
        var low = -Best(scale, change => (LogTotalAt(Tilt - change) - LogTotal + exponent) / change);

        var least = parts.Sum(part => part.Count * (double)part.Loss.First * part.Loss.Step);
        var most = parts.Sum(part => part.Count * (double)(part.Loss.First + part.Loss.Mass.Length - 1) * part.Loss.Step);
        return (Math.Max(low, least), Math.Min(high, most));
    }

    private static double Best(double change, Func<double, double> bound)
    {
        var best = bound(change);
        for (var i = 0; i < 12; i++)
        {
            change /= 2;
            var next = bound(change);
            if (!(next < best))
            {
                break;
            }

            best = next;
        }

        return best;
    }

    private double LogTotalAt(double tilt) => parts.Sum(part => part.Count * Weigh(part.Loss, tilt, new double[part.Loss.Mass.Length]).LogTotal);

    private static (double LogTotal, double Mean, double Variance) Weigh(GridLoss loss, double tilt, double[] weights)
    {
        var rate = tilt * loss.Step;
        var peak = Math.Abs(rate) * loss.Mass.Length < 500 ? Multiply(loss.Mass, rate, weights) : Exponentiate(loss.Mass, rate, weights);
        var (sum, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < weights.Length; i++)
        {
            (sum, first, second) = (sum + weights[i], first + weights[i] * i, second + weights[i] * i * i);
        }

        if (!(sum > 0))
        {
            // Nothing is left, as when an optimistic grid is far too coarse.
            Array.Clear(weights);
            return (double.NegativeInfinity, 0, 0);
        }

        foreach (ref var weight in weights.AsSpan())
        {
            weight /= sum;
        }

        var mean = first / sum;
        return (peak + rate * loss.First + Math.Log(sum), (loss.First + mean) * loss.Step, Math.Max(0, second / sum - mean * mean) * loss.Step * loss.Step);
    }

    /// <summary>Mass times e^{rate·i}, where that cannot overflow; exact to a few units in the last place by starting anew often.</summary>
    private static double Multiply(double[] mass, double rate, double[] weights)
    {
        const int block = 32;
        var growth = Math.Exp(rate);
        for (var start = 0; start < mass.Length; start += block)
        {
            var factor = Math.Exp(rate * start);
            for (var i = start; i < Math.Min(start + block, mass.Length); i++)
            {
                weights[i] = mass[i] * factor;
                factor *= growth;
            }
        }

        return 0;
    }

    /// <summary>Mass times e^{rate·i − peak}, with the largest product 1; returns the peak.</summary>
    private static double Exponentiate(double[] mass, double rate, double[] weights)
    {
        var peak = double.NegativeInfinity;
        for (var i = 0; i < mass.Length; i++)
        {
            weights[i] = mass[i] > 0 ? Math.Log(mass[i]) + rate * i : double.NegativeInfinity;
            peak = Math.Max(peak, weights[i]);
        }

        foreach (ref var weight in weights.AsSpan())
        {
            weight = Math.Exp(weight - peak);
        }

        return peak;
    }
}
