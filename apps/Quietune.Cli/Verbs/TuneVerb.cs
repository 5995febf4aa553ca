using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune tune</c>: the main job.</summary>
internal sealed class TuneVerb : Verb
{
    private readonly Option<string> model = new("--model") { Description = "The ONNX file to tune.", Required = true };
    private readonly Option<string> publicData = new("--public") { Description = "Public rows: CSV, TSV, Parquet, JSON lines, query:SELECT …, postgres://…?table=NAME, or a folder of IDX images.", Required = true };
    private readonly Option<string> privateData = new("--private") { Description = "Private rows, in any of these forms; read only after the plan is frozen.", Required = true };
    private readonly Option<string> output = new("--out") { Description = "The tuned ONNX file; the certificate, the report and the preprocessing spec are written beside it.", Required = true };
    private readonly Option<string?> label = new("--label") { Description = "The label's column; images have their labels in a file of their own." };
    private readonly Option<string[]> features = new("--features") { Description = "Feature columns or patterns with *; all but the label by default.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> preprocess = new("--preprocess") { Description = "A preprocessing spec, as 'quietune prepare' writes it; proposed from the public rows by default." };
    private readonly Option<string?> unit = new("--privacy-unit") { Description = "Column whose equal values belong to one person: all rows of one are clipped together, and the guarantee is per person." };
    private readonly Option<string[]> train = new("--train") { Description = "What to tune: all, head, bias, normalisation, or names of initializers with *.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<double> epsilon = Given.Number("--epsilon", "ε.", 1);
    private readonly Option<double> delta = Given.Number("--delta", "δ.", 1e-5);
    private readonly Option<Adjacency> adjacency = Given.Neighbours();
    private readonly Option<int?> nominalSize = new("--nominal-size") { Description = "N, about how many privacy units the private rows hold: a public constant; the number of public rows by default." };
    private readonly Option<string> loss = new("--loss") { Description = "cross-entropy, binary, squared or poisson.", DefaultValueFactory = _ => "cross-entropy" };
    private readonly Option<string> method = new("--method") { Description = $"How to tune ({string.Join(", ", Methods.Names)}).", DefaultValueFactory = _ => Methods.OneDraw };
    private readonly Option<string> device = new("--device") { Description = "cpu; other devices need a libtorch of their own.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<string?> ledger = new("--ledger") { Description = "Reserve the budget in this ledger before private rows are opened: a SQLite file or postgres://…" };
    private readonly Option<string?> dataset = new("--dataset") { Description = "The dataset's id in the ledger." };
    private readonly Option<string?> key = new("--key") { Description = "Private key that signs the certificate, as 'quietune keys new' makes it." };
    private readonly Option<int?> seed = new("--test-seed") { Description = "Seeded noise, for tests: NOT PRIVATE, and the certificate says so." };

    /// <summary>Makes the verb.</summary>
    public TuneVerb(Terminal terminal)
        : base(
            terminal,
            "tune",
            "Tunes an ONNX model on private rows with a differential-privacy guarantee, and writes it with its certificate and report.",
            "quietune tune --model m.onnx --public public.csv --private private.csv --label y --privacy-unit patient_id --epsilon 1 --delta 1e-5 --nominal-size 1400 --out tuned.onnx")
    {
        foreach (var option in new Option[]
        {
            model, publicData, privateData, output, label, features, preprocess, unit, train, epsilon, delta, adjacency, nominalSize, loss, method, device, ledger, dataset, key, seed,
        })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var budget = Given.Budget(arguments.GetValue(epsilon), arguments.GetValue(delta));
        if (budget.IsPure)
        {
            throw new BadInputException("--delta: expected a number above 0, got 0.");
        }

        var methodName = arguments.GetValue(method)!;
        if (!Methods.Names.Contains(methodName))
        {
            throw new BadInputException($"--method: expected one of {string.Join(", ", Methods.Names)}, got '{methodName}'.");
        }

        if (arguments.GetValue(device) is var named and not "cpu")
        {
            throw new BadInputException($"--device: expected cpu, got '{named}': this build has no other libtorch.");
        }

        if (arguments.GetValue(nominalSize) is < 1)
        {
            throw new BadInputException($"--nominal-size: expected a whole number of at least 1, got {arguments.GetValue(nominalSize)}.");
        }

        var outcome = new TuneJob(
            new(arguments.GetValue(model)!, arguments.GetValue(publicData)!, arguments.GetValue(privateData)!, arguments.GetValue(output)!, budget)
            {
                Label = arguments.GetValue(label),
                Features = arguments.GetValue(features) ?? [],
                Preprocess = arguments.GetValue(preprocess),
                UnitColumn = arguments.GetValue(unit),
                Train = arguments.GetValue(train) ?? [],
                Adjacency = arguments.GetValue(adjacency),
                NominalSize = arguments.GetValue(nominalSize),
                Loss = arguments.GetValue(loss)!,
                Method = methodName,
                Ledger = arguments.GetValue(ledger),
                Dataset = arguments.GetValue(dataset),
                SigningKey = arguments.GetValue(key),
                Seed = (ulong?)arguments.GetValue(seed),
            },
            terminal).Run(cancellationToken);
        var certificate = outcome.Certificate;
        return new(
            new
            {
                notPrivate = certificate.NotPrivate,
                epsilon = certificate.Epsilon,
                delta = certificate.Delta,
                mu = certificate.Mu,
                nominalSize = certificate.NominalSize,
                predictedGain = outcome.Rehearsal.PredictedGain,
                doesNothing = outcome.Rehearsal.DoesNothing,
                runtimeDifference = outcome.Runtime.LargestRelative,
                files = outcome.Files,
                plan = certificate.Plan,
            },
            people =>
            {
                people.Table("Settings, chosen on public rows alone", ["setting", "value", "meaning"], PlanText.Settings(outcome.Rehearsal).Select(setting => new[] { setting.Name, setting.Value, setting.Note ?? string.Empty }));
                people.Line(outcome.Rehearsal.DoesNothing
                    ? "The rehearsal predicted harm at this budget, so the model was left as it was."
                    : $"Promised: ε = {certificate.Epsilon}, δ = {certificate.Delta} per {certificate.PrivacyUnit}; foretold gain on public rows: {outcome.Rehearsal.PredictedGain:+0.000;−0.000}.");
                if (certificate.NotPrivate is { } warning)
                {
                    people.Line(warning);
                }

                foreach (var file in outcome.Files)
                {
                    people.Line($"wrote {file}");
                }
            });
    }
}
