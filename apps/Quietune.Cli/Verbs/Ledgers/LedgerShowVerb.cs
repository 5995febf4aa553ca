using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Ledger;

namespace Quietune.Cli.Verbs.Ledgers;

/// <summary><c>quietune ledger show</c>: the odometer of every dataset, or of one.</summary>
internal sealed class LedgerShowVerb : LedgerPartVerb
{
    private readonly Option<string?> dataset = Dataset(required: false);

    /// <summary>Makes the verb.</summary>
    public LedgerShowVerb(Terminal terminal)
        : base(terminal, "show", "Shows what is granted and spent, and which reservations wait to be settled.", "quietune ledger show") => Add(dataset);

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, ILedger ledger)
    {
        var statements = (arguments.GetValue(dataset) is { } one ? [one] : ledger.Datasets()).Select(ledger.Statement).ToArray();
        return new(
            new { ledger = ledger.Name, datasets = statements.Select(Json) },
            people =>
            {
                people.Table(ledger.Name, ["dataset", "unit", "ε granted", "δ", "ε spent", "spends", "open", "refusals"], statements.Select(statement => new[]
                {
                    statement.Grant.Dataset, statement.Grant.PrivacyUnit, $"{statement.Grant.Total.Epsilon:G6}", $"{statement.Grant.Total.Delta:G6}",
                    $"{statement.EpsilonSpent:G6}", $"{statement.Spends}", $"{statement.Open.Count}", $"{statement.Refusals}",
                }));
                foreach (var open in statements.SelectMany(statement => statement.Open))
                {
                    people.Line($"Reservation {open.Sequence} of '{open.Dataset}' by {open.Who} (process {open.Process}, {open.Time:yyyy-MM-dd HH:mm} UTC) is open: it counts until it is committed or settled.");
                }
            });
    }

    private static object Json(BudgetStatement statement) => new
    {
        dataset = statement.Grant.Dataset,
        privacyUnit = statement.Grant.PrivacyUnit,
        adjacency = statement.Grant.Adjacency,
        epsilonGranted = statement.Grant.Total.Epsilon,
        delta = statement.Grant.Total.Delta,
        epsilonSpent = statement.EpsilonSpent,
        spends = statement.Spends,
        open = statement.Open.Select(open => new { reservation = open.Sequence, open.Plan, open.Who, open.Process, open.Time }),
        refusals = statement.Refusals,
    };
}
