namespace Quietune.Privacy.Ledger;

/// <summary>The book of privacy budgets: grants, reservations, spends, refusals and settlements of any number of datasets.</summary>
/// <remarks>
/// Guarantee: reserve, then open the private data, then commit. A reservation is durable before <see cref="Reserve"/> returns and counts from then
/// on; only an owner's settlement takes it back. For each dataset the privacy loss of all that counts, at the granted δ, never exceeds the granted ε,
/// however many processes reserve at a time and wherever they are killed.
/// Every method throws <see cref="IOException"/> when the storage cannot be reached and <see cref="InvalidDataException"/> when an argument or the
/// ledger's content is not what it should be. Safe for use by several threads.
/// </remarks>
public interface ILedger : IDisposable
{
    /// <summary>Where the ledger is, without passwords.</summary>
    string Name { get; }

    /// <summary>Sets the total budget of a dataset.</summary>
    /// <exception cref="InvalidDataException">The dataset has another privacy unit or neighbouring relation.</exception>
    GrantEntry Grant(GrantRequest request);

    /// <summary>Sets budget aside for a plan; call it before the private data is opened.</summary>
    /// <exception cref="BudgetRefusedException">The budget does not allow it; the refusal is recorded.</exception>
    /// <exception cref="InvalidDataException">The plan has another privacy unit or neighbouring relation than the grant.</exception>
    /// <exception cref="Accounting.UnsupportedEventException">No theorem covers the event.</exception>
    ReservationEntry Reserve(ReservationRequest request);

    /// <summary>Records that a reservation's release was made; call it before the release leaves the process, and publish nothing if it throws.</summary>
    /// <param name="reservation">Sequence number of the reservation.</param>
    /// <param name="who">Who made it.</param>
    /// <param name="output">SHA-256 of what is released, or null.</param>
    /// <exception cref="InvalidDataException">There is no such open reservation.</exception>
    SpendEntry Commit(long reservation, string who, string? output = null);

    /// <summary>Decides about a reservation whose process died.</summary>
    /// <param name="reservation">Sequence number of the reservation.</param>
    /// <param name="outcome">Whether its budget stays spent.</param>
    /// <param name="who">Who decides: the dataset's owner.</param>
    /// <param name="reason">Why, in one sentence.</param>
    /// <exception cref="InvalidDataException">There is no such open reservation.</exception>
    SettlementEntry Settle(long reservation, SettlementOutcome outcome, string who, string reason);

    /// <summary>The odometer of one dataset.</summary>
    /// <exception cref="InvalidDataException">Nothing was ever granted for it.</exception>
    BudgetStatement Statement(string dataset);

    /// <summary>The datasets with a grant, in order.</summary>
    IReadOnlyList<string> Datasets();

    /// <summary>All entries, oldest first.</summary>
    IReadOnlyList<LedgerEntry> History();

    /// <summary>The entry at a position that was kept, after the chain up to there was checked.</summary>
    /// <exception cref="InvalidDataException">There is no such entry, or another one.</exception>
    LedgerEntry Find(LedgerPosition position);

    /// <summary>Checks every entry, the chain, the order of events and the caps.</summary>
    /// <param name="known">Positions kept from earlier: of a head, or from certificates.</param>
    LedgerVerification Verify(params IReadOnlyList<LedgerPosition> known);
}
