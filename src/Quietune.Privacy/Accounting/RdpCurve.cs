using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting;

/// <summary>Rényi divergences at a list of orders, and the (ε, δ) they imply.</summary>
public sealed class RdpCurve : IPrivacyCurve
{
    private readonly double[] orders;
    private readonly double[] divergences;

    internal RdpCurve(double[] orders, double[] divergences) => (this.orders, this.divergences) = (orders, divergences);

    /// <summary>The orders α.</summary>
    public IReadOnlyList<double> Orders => orders;

    /// <summary>The divergence of each order; infinite where none is known.</summary>
    public IReadOnlyList<double> Divergences => divergences;

    /// <inheritdoc />
    /// <remarks>Source: Canonne, Kamath and Steinke 2020, proposition 12, solved for ε.</remarks>
    public double EpsilonOf(double delta) => Best(delta).Epsilon;

    /// <summary>The order at which <see cref="EpsilonOf"/> is smallest.</summary>
    /// <param name="delta">δ, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is outside its range.</exception>
    public double BestOrder(double delta) => Best(delta).Order;

    /// <inheritdoc />
    /// <remarks>δ = e^{(α−1)(divergence−ε)}/α·(1 − 1/α)^{α−1}. Source: Canonne, Kamath and Steinke 2020, proposition 12.</remarks>
    public double DeltaOf(double epsilon)
    {
        Require.Epsilon(epsilon);
        var logDelta = 0.0;
        for (var i = 0; i < orders.Length; i++)
        {
            var (order, divergence) = (orders[i], divergences[i]);
            logDelta = Math.Min(logDelta, (order - 1) * (divergence - epsilon + NearZero.LogP1(-1 / order)) - Math.Log(order));
        }

        return Math.Min(1, Math.Exp(logDelta));
    }

    private (double Epsilon, double Order) Best(double delta)
    {
        Require.Delta(delta);
        if (Array.TrueForAll(divergences, divergence => divergence == 0))
        {
            // Nothing was released, and the conversion would still charge for the largest order being finite.
            return (0, orders[^1]);
        }

        var best = (Epsilon: double.PositiveInfinity, Order: orders[0]);
        for (var i = 0; i < orders.Length; i++)
        {
            var (order, divergence) = (orders[i], divergences[i]);
            var epsilon = divergence + NearZero.LogP1(-1 / order) - (Math.Log(delta) + Math.Log(order)) / (order - 1);
            if (epsilon < best.Epsilon)
            {
                best = (Math.Max(0, epsilon), order);
            }
        }

        return best;
    }
}
