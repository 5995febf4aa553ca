namespace Quietune.Privacy.Ledger;

/// <summary>What becomes of a reservation that was never committed.</summary>
public enum SettlementOutcome
{
    /// <summary>It counts for ever: something computed from the private data may have left the process.</summary>
    Spent,

    /// <summary>It is given back: the owner vouches that nothing computed from the private data left the process.</summary>
    Released,
}
