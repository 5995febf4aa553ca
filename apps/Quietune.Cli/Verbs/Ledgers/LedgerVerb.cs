using System.CommandLine;
using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs.Ledgers;

/// <summary><c>quietune ledger</c>: the book of privacy budgets.</summary>
internal sealed class LedgerVerb : Command
{
    /// <summary>Makes the verb with its parts.</summary>
    public LedgerVerb(Terminal terminal)
        : base("ledger", "Grants privacy budgets to datasets, and shows, settles, checks and exports what was spent.")
    {
        Add(new LedgerGrantVerb(terminal));
        Add(new LedgerShowVerb(terminal));
        Add(new LedgerHistoryVerb(terminal));
        Add(new LedgerSettleVerb(terminal));
        Add(new LedgerVerifyVerb(terminal));
        Add(new LedgerExportVerb(terminal));
    }
}
