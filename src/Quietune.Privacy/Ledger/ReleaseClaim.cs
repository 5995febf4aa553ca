using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Ledger;

/// <summary>What a certificate claims about a release, in a form that can be checked.</summary>
/// <param name="Dataset">The dataset's id.</param>
/// <param name="PrivacyUnit">What one unit of privacy is.</param>
/// <param name="Adjacency">The neighbouring relation.</param>
/// <param name="Promise">The (ε, δ) of the release.</param>
/// <param name="Event">Everything that was released.</param>
/// <param name="Plan">SHA-256 of the plan.</param>
/// <param name="Output">SHA-256 of what was released, or null.</param>
/// <param name="Reservation">Position of the reservation in the ledger.</param>
/// <param name="Spend">Position of the spend in the ledger.</param>
public sealed record ReleaseClaim(
    string Dataset, string PrivacyUnit, Adjacency Adjacency, PrivacyBudget Promise, PrivacyEvent Event, string Plan, string? Output, LedgerPosition Reservation, LedgerPosition Spend)
{
    // Certificates hold decimal numbers, and the accountant's last digits may differ between versions.
    private const double Slack = 1e-9;

    /// <summary>ε of the event at the promised δ, computed anew and rounded up.</summary>
    /// <exception cref="UnsupportedEventException">No theorem covers the event.</exception>
    public double Epsilon() => PrivacyOdometer.EpsilonOf([Event], Promise.Delta, Adjacency);

    /// <summary>What is wrong with the claim by itself; one sentence for each fault.</summary>
    public IReadOnlyList<string> Faults()
    {
        try
        {
            var epsilon = Epsilon();
            return epsilon <= Promise.Epsilon * (1 + Slack) ? []
                : [$"The events cost ε = {epsilon:G10} at δ = {Promise.Delta:G10}, above the ε = {Promise.Epsilon:G10} that is promised."];
        }
        catch (UnsupportedEventException unknown)
        {
            return [unknown.Message];
        }
    }

    /// <summary>What is wrong with the claim by itself or beside the ledger; one sentence for each fault.</summary>
    /// <param name="ledger">The ledger in which it was entered.</param>
    /// <exception cref="IOException">The ledger cannot be reached.</exception>
    /// <exception cref="InvalidDataException">The ledger is damaged, or has no such entries.</exception>
    public IReadOnlyList<string> Faults(ILedger ledger)
    {
        var faults = new List<string>(Faults());
        if (ledger.Find(Reservation) is ReservationEntry reservation)
        {
            Compare(faults, "the plan", reservation.Plan, Plan);
            Compare(faults, "the dataset", reservation.Dataset, Dataset);
            Compare(faults, "the events", reservation.Event.ToJson(), Event.ToJson());
            if (ledger.History().OfType<GrantEntry>().FirstOrDefault(entry => entry.Dataset == Dataset) is { } grant)
            {
                Compare(faults, "the privacy unit", grant.PrivacyUnit, PrivacyUnit);
                Compare(faults, "the neighbouring relation", $"{grant.Adjacency}", $"{Adjacency}");
            }
        }
        else
        {
            faults.Add($"Entry {Reservation.Sequence} of the ledger is no reservation.");
        }

        if (ledger.Find(Spend) is SpendEntry spend)
        {
            Compare(faults, "the reservation", $"{spend.Reservation}", $"{Reservation.Sequence}");
            Compare(faults, "what was released", spend.Output, Output);
        }
        else
        {
            faults.Add($"Entry {Spend.Sequence} of the ledger is no spend.");
        }

        return faults;
    }

    private static void Compare(List<string> faults, string what, string? entered, string? claimed)
    {
        if (entered != claimed)
        {
            faults.Add($"The ledger and the certificate differ in {what}: '{LedgerText.Shorten(entered ?? "nothing")}' and '{LedgerText.Shorten(claimed ?? "nothing")}'.");
        }
    }
}
