using System.CommandLine;
using Quietune.Cli.Audits;
using Quietune.Cli.Terminals;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune audit</c>: attacks a method on public rows, and tells what the attack proves.</summary>
internal sealed class AuditVerb : Verb
{
    private readonly Option<string?> model = new("--model") { Description = "The ONNX file that is tuned." };
    private readonly Option<string?> publicData = new("--public") { Description = "Public rows in the private rows' place, in any form that 'quietune tune' reads." };
    private readonly Option<string?> privateData = new("--private") { Description = "Private rows to audit one run on: costs budget, and is refused without --spend." };
    private readonly Option<bool> spend = new("--spend") { Description = "Spend budget on an audit of private rows; reserved in --ledger before they are opened." };
    private readonly Option<string?> ledger = new("--ledger") { Description = "The ledger, with --spend." };
    private readonly Option<string?> dataset = new("--dataset") { Description = "The dataset's id in the ledger." };
    private readonly Option<string?> unit = new("--privacy-unit") { Description = "Column of the private rows whose equal values belong to one person." };
    private readonly Option<string?> mnist = new("--mnist") { Description = "Folder with the four MNIST files: audits the digit network of 'quietune experiment mnist' instead of --model." };
    private readonly Option<int> publicRows = Given.Whole("--public-rows", "Public digits, with --mnist.", 30_000, least: 100);
    private readonly Option<string?> label = new("--label") { Description = "The label's column." };
    private readonly Option<string[]> features = new("--features") { Description = "Feature columns or patterns with *; all but the label by default.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> preprocess = new("--preprocess") { Description = "A preprocessing spec; proposed from the public rows by default." };
    private readonly Option<string[]> train = new("--train") { Description = "What to tune, as 'quietune tune' takes it.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string> loss = new("--loss") { Description = "cross-entropy, binary, squared or poisson.", DefaultValueFactory = _ => "cross-entropy" };
    private readonly Option<string[]> method = Given.Words("--method", "Methods on trial", [.. Methods.Names, "all"], Methods.OneDraw);
    private readonly Option<double[]> epsilon = Given.Numbers("--epsilon", "ε as promised; several are audited one after the other.", 1);
    private readonly Option<double> delta = Given.Number("--delta", "δ of each; 0 for a purely private draw.", 1e-5);
    private readonly Option<string> attack = new("--attack") { Description = $"How to attack ({string.Join(", ", AuditJob.Attacks)}).", DefaultValueFactory = _ => AuditJob.TwoWorlds };
    private readonly Option<int> rows = Given.Whole("--rows", "Rows beside the canaries at most.", 1_000, least: 2);
    private readonly Option<int?> draws = new("--draws") { Description = "Runs of the mechanism: 2,000 of methods of one round, 100 of others; models for membership (16); secrets for exposure (5)." };
    private readonly Option<int?> canaries = new("--canaries") { Description = "Canaries in each run; sentences with the secret for exposure." };
    private readonly Option<string?> dimension = new("--dimension") { Description = "Coordinates that a geometry with a choice releases: a number, or all." };
    private readonly Option<double> confidence = Given.Number("--confidence", "Of the lower bounds.", 0.95);

    /// <summary>Makes the verb.</summary>
    public AuditVerb(Terminal terminal)
        : base(
            terminal,
            "audit",
            "Attacks a method on public rows that stand in for private ones, and tells what ε the attack proves; costs no budget but with --spend.",
            "quietune audit --model m.onnx --public public.csv --label y --epsilon 1 4")
    {
        foreach (var option in new Option[]
        {
            model, publicData, privateData, spend, ledger, dataset, unit, mnist, publicRows, label, features, preprocess, train, loss, method, epsilon, delta, attack, rows, draws, canaries, dimension, confidence,
        })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var chosen = arguments.GetValue(method)!;
        var findings = AuditJob.Run(
            [.. (chosen.Contains("all") ? Methods.Names : chosen).Select(name => Request(arguments, name))], terminal, cancellationToken);
        return new(findings, people => AuditText.Show(findings, arguments.GetValue(confidence), people));
    }

    private AuditRequest Request(ParseResult arguments, string name)
    {
        var level = arguments.GetValue(confidence);
        if (level is not (> 0 and < 1))
        {
            throw new BadInputException($"--confidence: expected a number in (0, 1), got {level}.");
        }

        var budgets = arguments.GetValue(epsilon)!.Select(value => Given.Budget(value, arguments.GetValue(delta))).ToList();
        return new(arguments.GetValue(attack)!, name, budgets)
        {
            Model = arguments.GetValue(model),
            PublicData = arguments.GetValue(publicData),
            PrivateData = arguments.GetValue(privateData),
            Spends = arguments.GetValue(spend),
            Ledger = arguments.GetValue(ledger),
            Dataset = arguments.GetValue(dataset),
            UnitColumn = arguments.GetValue(unit),
            Mnist = arguments.GetValue(mnist),
            PublicRows = arguments.GetValue(publicRows),
            Label = arguments.GetValue(label),
            Features = arguments.GetValue(features) ?? [],
            Preprocess = arguments.GetValue(preprocess),
            Train = arguments.GetValue(train) ?? [],
            Loss = arguments.GetValue(loss)!,
            Rows = arguments.GetValue(rows),
            Draws = AtLeastOne("--draws", arguments.GetValue(draws)),
            Canaries = AtLeastOne("--canaries", arguments.GetValue(canaries)),
            Dimension = arguments.GetValue(dimension) switch
            {
                null => null,
                "all" => 0,
                var text => int.TryParse(text, out var number) && number > 0 ? number : throw new BadInputException($"--dimension: expected a whole number of at least 1 or all, got '{text}'."),
            },
            Confidence = level,
        };
    }

    private static int? AtLeastOne(string name, int? value) => value is < 1 ? throw new BadInputException($"{name}: expected a whole number of at least 1, got {value}.") : value;
}
