using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting.Losses;

/// <summary>The dominating pair of every ε-differentially private mechanism: a loss of +ε or −ε.</summary>
/// <remarks>Source: Kairouz, Oh and Viswanath 2015, theorem 3.3, at δ = 0.</remarks>
internal sealed class RandomizedResponsePair(double epsilon) : LossPair
{
    public override bool IsSymmetric => true;

    public override double LargestLoss => epsilon;

    public override double LeastLoss => epsilon;

    /// <summary>The chance that P answers truly, e^ε/(1 + e^ε).</summary>
    private double Truth => 1 / (1 + Math.Exp(-epsilon));

    private double Lie => Math.Exp(-epsilon) / (1 + Math.Exp(-epsilon));

    /// <summary>log((e^{αε} + e^{(1 − α)ε})/(1 + e^ε)).</summary>
    public override double LogMoment(double order)
    {
        var larger = Math.Max(order, 1 - order) * epsilon;
        return larger + NearZero.LogP1(Math.Exp(-Math.Abs(2 * order - 1) * epsilon)) - epsilon - NearZero.LogP1(Math.Exp(-epsilon));
    }

    public override double RenyiDivergence(double order) => order == 1 ? epsilon * (Truth - Lie) : base.RenyiDivergence(order);

    public override LossMasses Masses(double width, double reach)
    {
        // The cell that ends at or after ε, and its mirror image.
        var last = (int)Math.Ceiling(epsilon / width) - 1;
        var first = (int)Math.Floor(-epsilon / width);
        var (p, q) = (new double[last - first + 1], new double[last - first + 1]);
        (p[^1], q[^1]) = (Truth, Lie);
        (p[0], q[0]) = (Lie, Truth);
        return new LossMasses(width, first, p, q, Below: (0, 0), Above: (0, 0));
    }
}
