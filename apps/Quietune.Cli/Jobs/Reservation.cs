using Quietune.Privacy.Ledger;
using Quietune.Storage;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>Budget set aside in the ledger for one plan before private rows are opened; without a ledger, nothing.</summary>
internal sealed class Reservation : IDisposable
{
    private readonly ILedger? ledger;
    private readonly ReservationEntry? entry;

    private Reservation(ILedger? ledger, ReservationEntry? entry) => (this.ledger, this.entry) = (ledger, entry);

    /// <summary>Reserves, durably.</summary>
    /// <exception cref="BudgetRefusedException">The budget does not allow it.</exception>
    public static Reservation Of(TuneRequest request, TuningPlan plan)
    {
        if (request.Ledger is null)
        {
            return new(null, null);
        }

        var opened = LedgerStore.Open(request.Ledger);
        try
        {
            return new(opened, opened.Reserve(new(
                request.Dataset!,
                plan.PrivacyUnit,
                plan.Adjacency,
                plan.Event,
                plan.Hash(),
                Environment.UserName)));
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
