using System.Runtime.InteropServices;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting.Losses;

/// <summary>
/// The dominating pair of a sampled Gaussian: P = Σ uⱼ·N(j, σ²), where j of the units protected together were sampled, against
/// Q = Σ lⱼ·N(−j, σ²).
/// </summary>
/// <remarks>
/// Add/remove: Q = N(0, σ²). Replace-one: Q mirrors P. Derived in docs/derivations/subsampled-gaussian.md.
/// Source: Zhu, Dong and Wang 2022, theorem 11; Choquette-Choo, Ganesh, Steinke and Thakurta 2024, lemma 4.5.
/// </remarks>
internal sealed class GaussianMixturePair : LossPair
{
    private readonly double sigma;
    private readonly double[] upper;
    private readonly double[] lower;
    private readonly double[] logUpper;
    private readonly double[] logLower;

    private GaussianMixturePair(double sigma, double[] upper, double[] lower)
    {
        (this.sigma, this.upper, this.lower) = (sigma, upper, lower);
        (logUpper, logLower) = (Array.ConvertAll(upper, Math.Log), Array.ConvertAll(lower, Math.Log));
    }

    public override bool IsSymmetric => IsShift || lower.Length > 1;

    public override double LargestLoss => double.PositiveInfinity;

    public override double LeastLoss => lower.Length > 1 || IsShift ? 0 : -logUpper[0];

    public override double? ShiftOfNormals => IsShift ? Mu : null;

    /// <summary>Whether each side is one normal.</summary>
    private bool IsShift => upper[^1] == 1;

    /// <summary>The distance of the means in standard deviations, when each side is one normal.</summary>
    private double Mu => (upper.Length - 1 + lower.Length - 1) / sigma;

    public static GaussianMixturePair Of(GaussianRound round, Adjacency adjacency)
    {
        var counts = Binomial(round.GroupSize, round.SamplingRate);
        if (adjacency != Adjacency.ReplaceOne)
        {
            return new(round.NoiseMultiplier, counts, [1]);
        }

        return round.GroupSize == 1
            ? new(round.NoiseMultiplier, counts, counts)
            : throw new UnsupportedEventException(
                "Expected a group of one unit under replace-one with Poisson sampling; account a group of k replaced units as a group of 2k added or removed.");
    }

    public override double LogMoment(double order) => IsShift
        ? order * (order - 1) * Mu * Mu / 2
        : MixtureQuadrature.LogMoment(this.LogDensities, order, sigma, upper.Length - 1 + (lower.Length - 1));

    public override double RenyiDivergence(double order)
    {
        if (IsShift)
        {
            return order * Mu * Mu / 2;
        }

        return order == 1
            ? MixtureQuadrature.Divergence(this.LogDensities, sigma, upper.Length)
            : base.RenyiDivergence(order);
    }

    public override (double Low, double High) Range(double reach) =>
        (Loss(-(lower.Length - 1) - reach * sigma), Loss(upper.Length - 1 + reach * sigma));

    public override LossMasses Masses(double width, double reach)
    {
        var (low, high) = Range(reach);
        var first = (int)Math.Floor(low / width);
        var count = (int)Math.Ceiling(high / width) - first;
        var (p, q) = (new double[count], new double[count]);
        var position = Inverse(first * width, double.NegativeInfinity);
        (double P, double Q) below = (0, 0);
        foreach (var (j, weightP, weightQ) in Components())
        {
            var mass = StandardNormal.Cdf((position - j) / sigma);
            below = (below.P + weightP * mass, below.Q + weightQ * mass);
        }

        var components = Components().ToArray();
        var tails = Array.ConvertAll(components, part => new Tail((position - part.Position) / sigma));
        for (var i = 0; i < count; i++)
        {
            position = Inverse((first + i + 1) * width, position);
            for (var c = 0; c < components.Length; c++)
            {
                var (j, weightP, weightQ) = components[c];
                var next = new Tail((position - j) / sigma);
                var mass = tails[c].MassUpTo(next);
                p[i] += weightP * mass;
                q[i] += weightQ * mass;
                tails[c] = next;
            }
        }

        var above = (P: 0.0, Q: 0.0);
        for (var c = 0; c < components.Length; c++)
        {
            var mass = tails[c].MassUpTo(new Tail(double.PositiveInfinity));
            above = (above.P + components[c].WeightP * mass, above.Q + components[c].WeightQ * mass);
        }

        return new LossMasses(width, first, p, q, below, above);
    }

    /// <summary>The chance of each number of sampled units, from none to all.</summary>
    private static double[] Binomial(int size, double rate)
    {
        if (rate == 1)
        {
            return [.. Enumerable.Repeat(0.0, size), 1];
        }

        var logs = new double[size + 1];
        logs[0] = size * NearZero.LogP1(-rate);
        for (var j = 1; j <= size; j++)
        {
            logs[j] = logs[j - 1] + Math.Log((size - j + 1.0) / j) + Math.Log(rate) - NearZero.LogP1(-rate);
        }

        return Array.ConvertAll(logs, Math.Exp);
    }

    /// <summary>The normals of both mixtures by position, with their weight in P and in Q.</summary>
    private IEnumerable<(double Position, double WeightP, double WeightQ)> Components()
    {
        for (var j = lower.Length - 1; j > 0; j--)
        {
            yield return (-j, 0, lower[j]);
        }

        yield return (0, upper[0], lower[0]);
        for (var j = 1; j < upper.Length; j++)
        {
            yield return (j, upper[j], 0);
        }
    }

    /// <summary>log P(x) and log Q(x).</summary>
    private (double P, double Q) LogDensities(double x)
    {
        var common = -0.5 * (x / sigma) * (x / sigma) - StandardNormal.LogRootTwoPi - Math.Log(sigma);
        return (common + LogSum(logUpper, x), common + LogSum(logLower, -x));
    }

    /// <summary>The privacy loss log(P/Q)(x), which rises with x.</summary>
    private double Loss(double x) => LogSum(logUpper, x) - LogSum(logLower, -x);

    /// <summary>log Σ wⱼ·exp((2jx − j²)/(2σ²)).</summary>
    private double LogSum(double[] logWeights, double x)
    {
        var largest = logWeights[0];
        for (var j = 1; j < logWeights.Length; j++)
        {
            largest = Math.Max(largest, logWeights[j] + Exponent(j, x));
        }

        var sum = 0.0;
        for (var j = 0; j < logWeights.Length; j++)
        {
            sum += Math.Exp(logWeights[j] + Exponent(j, x) - largest);
        }

        return largest + Math.Log(sum);
    }

    private double Exponent(int j, double x) => j * (2 * x - j) / (2 * sigma * sigma);

    /// <summary>The x with a given privacy loss; −∞ below the least loss.</summary>
    private double Inverse(double loss, double notBelow)
    {
        var variance = sigma * sigma;
        if (IsShift)
        {
            // Normals at j and −i: the loss is linear in x.
            var (j, i) = (upper.Length - 1, lower.Length - 1);
            return (loss * variance + (j * j - i * i) / 2.0) / (i + j);
        }

        if (upper.Length == 2 && lower.Length == 1)
        {
            // e^loss = 1 − q + q·e^{(2x − 1)/(2σ²)}.
            var excess = loss > 30 ? loss + NearZero.LogP1(-upper[0] * Math.Exp(-loss)) : Math.Log(Math.Max(0, NearZero.ExpM1(loss) + upper[1]));
            return 0.5 + variance * (excess - Math.Log(upper[1]));
        }

        if (upper.Length == 2)
        {
            // With y = e^{x/σ² − loss/2}: y − 1/y = 2·(1 − q)·sinh(loss/2)/(q·e^{−1/(2σ²)}).
            var logScale = Math.Log(upper[0] / upper[1]) + 0.5 / variance;
            var half = Math.Abs(loss) / 2;
            var logArgument = half == 0 ? double.NegativeInfinity : logScale + half + Math.Log(-NearZero.ExpM1(-2 * half) / 2);
            var arcSinh = logArgument > 30 ? logArgument + Math.Log(2) : Math.Asinh(Math.Exp(logArgument));
            return variance * Math.CopySign(half + arcSinh, loss);
        }

        return Bracketed(loss, notBelow);
    }

    private double Bracketed(double loss, double notBelow)
    {
        if (loss <= Math.Log(upper[0]) && lower.Length == 1)
        {
            return double.NegativeInfinity;
        }

        var low = double.IsFinite(notBelow) ? notBelow : -38 * sigma - lower.Length;
        while (Loss(low) > loss)
        {
            low -= sigma + Math.Abs(low);
        }

        var step = sigma * 0.01;
        var high = low + step;
        while (Loss(high) < loss)
        {
            (low, step) = (high, 2 * step);
            high += step;
        }

        for (var i = 0; i < 60 && high - low > 1e-15 * (sigma + Math.Abs(low)); i++)
        {
            // Halving, with the secant's point tried first: the loss is smooth and nearly linear in a narrow bracket.
            var (lossLow, lossHigh) = (Loss(low), Loss(high));
            var secant = low + (high - low) * Math.Clamp((loss - lossLow) / (lossHigh - lossLow), 0.001, 0.999);
            var middle = (i & 1) == 0 ? secant : (low + high) / 2;
            if (Loss(middle) < loss)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }

    /// <summary>A standard normal's mass beyond a point, on the side where it is small.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Tail(double x)
    {
        private readonly double x = x;
        private readonly double mass = StandardNormal.Cdf(-Math.Abs(x));

        public double MassUpTo(Tail next) => Math.Max(0, (x, next.x) switch
        {
            ( >= 0, _) => mass - next.mass,
            (_, <= 0) => next.mass - mass,
            _ => 1 - mass - next.mass,
        });
    }
}
