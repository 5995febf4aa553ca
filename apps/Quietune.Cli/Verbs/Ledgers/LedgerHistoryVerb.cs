using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Ledger;

namespace Quietune.Cli.Verbs.Ledgers;

/// <summary><c>quietune ledger history</c>: every entry, oldest first.</summary>
internal sealed class LedgerHistoryVerb : LedgerPartVerb
{
    private readonly Option<string?> dataset = Dataset(required: false);

    /// <summary>Makes the verb.</summary>
    public LedgerHistoryVerb(Terminal terminal)
        : base(terminal, "history", "Lists grants, reservations, spends, refusals and settlements, oldest first.", "quietune ledger history --dataset ward-7") => Add(dataset);

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, ILedger ledger)
    {
        var wanted = arguments.GetValue(dataset);
        var entries = ledger.History().Where(entry => wanted is null || entry.Dataset == wanted).ToArray();
        return new(
            new { ledger = ledger.Name, entries = entries.Select(entry => new { hash = entry.Position.Hash, entry }) },
            people => people.Table(ledger.Name, ["entry", "time (UTC)", "dataset", "who", "what", "ε after"], entries.Select(entry => new[]
            {
                $"{entry.Sequence}", $"{entry.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}", entry.Dataset, entry.Who, What(entry), After(entry),
            })));
    }

    private static string What(LedgerEntry entry) => entry switch
    {
        GrantEntry grant => $"grant of ε = {grant.Total.Epsilon:G6}, δ = {grant.Total.Delta:G6} for each {grant.PrivacyUnit}",
        ReservationEntry reservation => $"reservation for plan {reservation.Plan[..8]}",
        SpendEntry spend => $"spend of reservation {spend.Reservation}",
        RefusalEntry refusal => $"refusal of plan {refusal.Plan[..8]}",
        SettlementEntry settlement => $"reservation {settlement.Reservation} settled as {settlement.Outcome.ToString().ToLowerInvariant()}: {settlement.Reason}",
        _ => "",
    };

    private static string After(LedgerEntry entry) => entry switch
    {
        ReservationEntry reservation => $"{reservation.EpsilonAfter:G6}",
        RefusalEntry { EpsilonAfter: { } after } => $"({after:G6})",
        _ => "",
    };
}
