using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Ledger;

namespace Quietune.Cli.Verbs.Ledgers;

/// <summary><c>quietune ledger settle</c>: an owner decides about a reservation whose process died.</summary>
internal sealed class LedgerSettleVerb : LedgerPartVerb
{
    private readonly Argument<long> reservation = new("reservation") { Description = "The entry number of the reservation, as 'quietune ledger show' tells it." };
    private readonly Option<string> outcome = new("--as")
    {
        Description = "spent: it counts for ever; released: it is given back, for nothing computed from the private data left the process.",
        Required = true,
    };

    private readonly Option<string> reason = new("--reason") { Description = "Why, in one sentence, for the record.", Required = true };
    private readonly Option<string> who = Who();

    /// <summary>Makes the verb.</summary>
    public LedgerSettleVerb(Terminal terminal)
        : base(terminal, "settle", "Decides about a reservation whose process died; until then it counts.", "quietune ledger settle 12 --as spent --reason \"Power failed during the run.\"")
    {
        outcome.AcceptOnlyFromAmong("spent", "released");
        Add(reservation);
        foreach (var option in new Option[] { outcome, reason, who })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, ILedger ledger)
    {
        var chosen = arguments.GetValue(outcome) == "released" ? SettlementOutcome.Released : SettlementOutcome.Spent;
        var entry = ledger.Settle(arguments.GetValue(reservation), chosen, arguments.GetValue(who)!, arguments.GetValue(reason)!);
        return new(
            new { ledger = ledger.Name, entry, position = entry.Position },
            people => people.Line($"Reservation {entry.Reservation} of '{entry.Dataset}' is settled as {arguments.GetValue(outcome)} (entry {entry.Position})."));
    }
}
