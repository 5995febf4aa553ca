using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;

namespace Quietune.Cli.Verbs.Ledgers;

/// <summary><c>quietune ledger grant</c>: an owner sets a dataset's total budget.</summary>
internal sealed class LedgerGrantVerb : LedgerPartVerb
{
    private readonly Option<string?> dataset = Dataset(required: true);
    private readonly Option<double> epsilon = Given.Number("--epsilon", "ε of everything that is ever released from the dataset.");
    private readonly Option<double> delta = Given.Number("--delta", "δ of everything that is ever released from the dataset.");
    private readonly Option<string> unit = new("--privacy-unit") { Description = "Whom the budget protects: 'row', or the column whose equal values are one person's.", DefaultValueFactory = _ => "row" };
    private readonly Option<Adjacency> adjacency = Given.Neighbours();
    private readonly Option<string> who = Who();

    /// <summary>Makes the verb.</summary>
    public LedgerGrantVerb(Terminal terminal)
        : base(terminal, "grant", "Sets the total privacy budget of a dataset; done again, it replaces the total.", "quietune ledger grant --dataset ward-7 --epsilon 2 --delta 1e-6 --privacy-unit patient_id")
    {
        epsilon.Required = delta.Required = true;
        foreach (var option in new Option[] { dataset, epsilon, delta, unit, adjacency, who })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, ILedger ledger)
    {
        var total = Given.Budget(arguments.GetValue(epsilon), arguments.GetValue(delta));
        var grant = ledger.Grant(new(arguments.GetValue(dataset)!, arguments.GetValue(unit)!, arguments.GetValue(adjacency), total, arguments.GetValue(who)!));
        return new(
            new { ledger = ledger.Name, entry = grant, position = grant.Position },
            people => people.Line($"Dataset '{grant.Dataset}' may spend ε = {total.Epsilon} at δ = {total.Delta} in all, for each {grant.PrivacyUnit} (entry {grant.Position})."));
    }
}
