using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Ledger;

namespace Quietune.Cli.Verbs.Ledgers;

/// <summary><c>quietune ledger verify</c>: checks every entry, the chain and the caps.</summary>
internal sealed class LedgerVerifyVerb : LedgerPartVerb
{
    private readonly Option<string[]> known = new("--known")
    {
        Description = "Positions SEQUENCE:HASH kept from earlier, of a head or from certificates; without one, a cut-off end cannot be seen.",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Makes the verb.</summary>
    public LedgerVerifyVerb(Terminal terminal)
        : base(terminal, "verify", "Finds every entry that was edited, removed, moved or inserted, and prints the last position to keep elsewhere.", "quietune ledger verify") => Add(known);

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, ILedger ledger)
    {
        var found = ledger.Verify([.. (arguments.GetValue(known) ?? []).Select(LedgerPosition.Parse)]);
        return new(
            new { ledger = ledger.Name, intact = found.IsIntact, head = found.Head, faults = found.Faults },
            people =>
            {
                foreach (var fault in found.Faults)
                {
                    people.Error(fault);
                }

                people.Line(found.IsIntact ? $"{ledger.Name} is as it was written, up to entry {found.Head.Sequence}. Keep this position elsewhere: {found.Head}" : $"{ledger.Name} was tampered with or damaged.");
            },
            found.IsIntact ? ExitCode.Done : ExitCode.BadInput);
    }
}
