using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting.Losses;

/// <summary>A dominating pair of every mechanism whose privacy loss spans at most ε, such as the exponential mechanism.</summary>
/// <remarks>
/// Each such mechanism is dominated by a pair with the two losses t and t − ε, for some t in [0, ε]; the largest of their profiles,
/// δ(x) = (1 − e^{(x−ε)/2})²/(1 − e^−ε) at t = (x + ε)/2, is again the profile of a pair. Derived in docs/derivations/pld.md.
/// Source: Dong, Durfee and Rogers 2020, lemma 3.2 and section 4.
/// </remarks>
internal sealed class BoundedRangePair(double epsilon) : LossPair
{
    public override bool IsSymmetric => true;

    public override double LargestLoss => epsilon;

    public override double LeastLoss => epsilon;

    /// <summary>1 − e^−ε.</summary>
    private double Span => -NearZero.ExpM1(-epsilon);

    public override double LogMoment(double order)
    {
        // ½e^{−ε/2}/(1 − e^−ε)·∫ e^{(α−½)x} dx over [−ε, ε].
        var rate = Math.Abs(order - 0.5);
        var exponent = rate * epsilon;
        var logIntegral = exponent < 1e-8 ? Math.Log(2 * epsilon) : exponent + Math.Log(-NearZero.ExpM1(-2 * exponent) / rate);
        return Math.Log(0.5 / Span) - epsilon / 2 + logIntegral;
    }

    /// <summary>The largest Rényi divergence of a pair with losses t and t − ε.</summary>
    /// <remarks>The moment (A·e^{(α−1)t} − B·e^{αt})/(1 − e^−ε), with A = 1 − e^−αε and B = e^−ε − e^−αε, is largest at
    /// e^t = (α − 1)A/(αB); at α = 1 the divergence is x/(e^x − 1) − 1 − log(x/(e^x − 1)) at x = ε.</remarks>
    public override double RenyiDivergence(double order)
    {
        if (order == 1)
        {
            var ratio = epsilon / NearZero.ExpM1(epsilon);
            return ratio - 1 - Math.Log(ratio);
        }

        var a = -NearZero.ExpM1(-order * epsilon);
        var b = Math.Exp(-epsilon) * -NearZero.ExpM1(-(order - 1) * epsilon);
        var t = Math.Clamp(Math.Log((order - 1) * a / (order * b)), 0, epsilon);
        var moment = a - b * Math.Exp(t);
        return t + Math.Log(moment / Span) / (order - 1);
    }

    public override LossMasses Masses(double width, double reach)
    {
        var first = (int)Math.Floor(-epsilon / width);
        var count = (int)Math.Ceiling(epsilon / width) - first;
        var (p, q) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var low = Math.Max((first + i) * width, -epsilon);
            var high = Math.Min((first + i + 1) * width, epsilon);

            // P(L > x) = (1 − e^{(x−ε)/2})/(1 − e^−ε) and Q(L > x) = (e^{−(x+ε)/2} − e^−ε)/(1 − e^−ε).
            var step = NearZero.ExpM1((high - low) / 2) / Span;
            p[i] = Math.Exp((low - epsilon) / 2) * step;
            q[i] = Math.Exp((-high - epsilon) / 2) * step;
        }

        return new LossMasses(width, first, p, q, Below: (0, 0), Above: (0, 0));
    }
}
