using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;
using Quietune.Reporting;
using Quietune.Storage;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>Budget set aside in the ledger for one plan before private rows are opened; without a ledger, nothing.</summary>
internal sealed class Reservation : IDisposable
{
    private readonly ILedger? ledger;
    private readonly ReservationEntry? entry;

    private readonly double spentBefore;

    private Reservation(ILedger? ledger, ReservationEntry? entry, double spentBefore = 0) => (this.ledger, this.entry, this.spentBefore) = (ledger, entry, spentBefore);

    /// <summary>The dataset's budget before the reservation and now; null without a ledger.</summary>
    public BudgetStory? Budget
    {
        get
        {
            if (entry is null)
            {
                return null;
            }

            var now = ledger!.Statement(entry.Dataset);
            return new(entry.Dataset, now.Grant.Total.Epsilon, now.Grant.Total.Delta, spentBefore, now.EpsilonSpent, now.Spends);
        }
    }

    /// <summary>Reserves, durably.</summary>
    /// <exception cref="BudgetRefusedException">The budget does not allow it.</exception>
    /// <param name="location">The ledger's place; null for none.</param>
    /// <param name="dataset">The dataset's id in it.</param>
    /// <param name="plan">What the budget is for.</param>
    public static Reservation Of(string? location, string? dataset, TuningPlan plan) => Of(location, dataset, plan.PrivacyUnit, plan.Adjacency, plan.Event, plan.Hash());

    /// <summary>Reserves for anything that has a hash and an event.</summary>
    /// <exception cref="BudgetRefusedException">The budget does not allow it.</exception>
    public static Reservation Of(string? location, string? dataset, string unit, Adjacency adjacency, PrivacyEvent privacyEvent, string hash)
    {
        if (location is null)
        {
            return new(null, null);
        }

        var opened = LedgerStore.Open(location);
        try
        {
            var before = opened.Datasets().Contains(dataset!) ? opened.Statement(dataset!).EpsilonSpent : 0;
            return new(opened, opened.Reserve(new(dataset!, unit, adjacency, privacyEvent, hash, Environment.UserName)), before);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Records that the release is made; call it before the release leaves the process.</summary>
    /// <param name="output">SHA-256 of what is released.</param>
    /// <returns>What the certificate says of it; null without a ledger.</returns>
    public LedgerRecord? Commit(string output) => entry is null
        ? null
        : new(entry.Dataset, $"{entry.Position}", $"{ledger!.Commit(entry.Sequence, Environment.UserName, output).Position}");

    /// <inheritdoc/>
    public void Dispose() => ledger?.Dispose();
}
