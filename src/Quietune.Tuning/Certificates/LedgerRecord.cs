namespace Quietune.Tuning.Certificates;

/// <summary>Where a run's budget is entered in a ledger.</summary>
/// <param name="Dataset">The dataset's id, given by its owner.</param>
/// <param name="Reservation">Position SEQUENCE:HASH of the reservation, made before private rows were opened.</param>
/// <param name="Spend">Position SEQUENCE:HASH of the spend.</param>
public sealed record LedgerRecord(string Dataset, string Reservation, string Spend);
