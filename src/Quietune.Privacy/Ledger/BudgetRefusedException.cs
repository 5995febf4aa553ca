namespace Quietune.Privacy.Ledger;

/// <summary>A plan was refused for want of budget; nothing was opened and nothing spent.</summary>
public sealed class BudgetRefusedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="refusal">The entry that records it.</param>
    public BudgetRefusedException(RefusalEntry refusal)
        : base(refusal.Reason) => Refusal = refusal;

    /// <summary>The entry that records it.</summary>
    public RefusalEntry Refusal { get; }
}
