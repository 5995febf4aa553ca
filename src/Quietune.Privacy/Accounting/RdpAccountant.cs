using Quietune.Privacy.Accounting.Losses;
using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Accounting;

/// <summary>Accounts by Rényi differential privacy at a fixed list of orders.</summary>
/// <remarks>
/// Knows every event. Never below the truth, and looser than the privacy loss distribution.
/// Numerics: divergences to about 1e-12 relative, by quadrature (docs/derivations/rdp.md).
/// Source: Mironov 2017; Mironov, Talwar and Zhang 2019; conversion by Canonne, Kamath and Steinke 2020, proposition 12.
/// </remarks>
public sealed class RdpAccountant : IAccountant
{
    private readonly double[] orders;

    /// <summary>Makes an accountant.</summary>
    /// <param name="adjacency">The neighbouring relation.</param>
    /// <param name="orders">The orders α to try, each above 1; by default <see cref="DefaultOrders"/>.</param>
    /// <exception cref="ArgumentException">An order is not above 1, or there is none.</exception>
    public RdpAccountant(Adjacency adjacency = Adjacency.AddRemove, IReadOnlyList<double>? orders = null)
    {
        Adjacency = adjacency;
        this.orders = [.. orders ?? DefaultOrders];
        if (this.orders.Length == 0 || !this.orders.All(order => order > 1 && double.IsFinite(order)))
        {
            throw new ArgumentException("Expected at least one order, each finite and above 1.", nameof(orders));
        }
    }

    /// <summary>1.1 to 10.9 by tenths, 11 to 63, and powers of two up to 1024: fine where the best order usually lies.</summary>
    public static IReadOnlyList<double> DefaultOrders { get; } =
        [.. Enumerable.Range(11, 99).Select(i => i / 10.0), .. Enumerable.Range(11, 53).Select(i => (double)i), 64, 128, 256, 512, 1024];

    /// <inheritdoc />
    public Adjacency Adjacency { get; }

    /// <inheritdoc />
    public IPrivacyCurve Account(PrivacyEvent privacyEvent) => Divergences(privacyEvent);

    /// <summary>The Rényi divergences of <paramref name="privacyEvent"/> at every order of the accountant.</summary>
    /// <exception cref="UnsupportedEventException">The event nests in a way no theorem covers.</exception>
    public RdpCurve Divergences(PrivacyEvent privacyEvent)
    {
        var values = new double[orders.Length];
        foreach (var (round, count) in EventReduction.Reduce(privacyEvent, Adjacency))
        {
            var single = round is SelectionRound selection ? SelectionBound.Divergences(selection, this) : Pair(round);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] += count * single[i];
            }
        }

        return new RdpCurve(orders, values);
    }

    /// <summary>The Rényi divergence of one order, α ≥ 1, of an event without selection.</summary>
    /// <param name="privacyEvent">The event.</param>
    /// <param name="order">α, finite and at least 1; at 1 this is the Kullback–Leibler divergence.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    /// <exception cref="UnsupportedEventException">The event is not covered.</exception>
    public double DivergenceAt(PrivacyEvent privacyEvent, double order)
    {
        if (!double.IsFinite(order) || order < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(order), $"Expected order to be finite and at least 1, got {order}.");
        }

        return EventReduction.Reduce(privacyEvent, Adjacency).Sum(part => part.Value * LossPair.Of(part.Key, Adjacency).RenyiDivergence(order));
    }

    private double[] Pair(Round round)
    {
        var pair = LossPair.Of(round, Adjacency);
        return Array.ConvertAll(orders, pair.RenyiDivergence);
    }
}
