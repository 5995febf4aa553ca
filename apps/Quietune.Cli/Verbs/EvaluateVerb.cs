using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx;
using Quietune.Privacy.Budgets;
using Quietune.Reporting;
using Quietune.Storage.Signatures;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Models;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune evaluate</c>: how well a model does on rows declared not private, or on private ones by one release with a budget.</summary>
internal sealed class EvaluateVerb : Verb
{
    private readonly Option<string> model = new("--model") { Description = "The ONNX file.", Required = true };
    private readonly Option<string> data = new("--data") { Description = "The rows: declared not private, unless --private is given.", Required = true };
    private readonly Option<string?> label = new("--label") { Description = "The label's column, where no spec is given." };
    private readonly Option<string[]> features = new("--features") { Description = "Feature columns or patterns, where no spec is given.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> preprocess = new("--preprocess") { Description = "The preprocessing spec that the model was tuned with; without one, statistics come from these rows, or from --public ones." };
    private readonly Option<string> loss = new("--loss") { Description = "cross-entropy, binary, squared or poisson.", DefaultValueFactory = _ => "cross-entropy" };
    private readonly Option<bool> isPrivate = new("--private") { Description = "The rows are private: AUROC, accuracy and calibration of two classes are released once, with noise, within --epsilon and --delta." };
    private readonly Option<string?> publicData = new("--public") { Description = "Public rows, whose scores fix the bins of a private evaluation; bins of equal width by default." };
    private readonly Option<string?> unit = new("--privacy-unit") { Description = "Column whose equal values belong to one person of a private evaluation." };
    private readonly Option<double?> epsilon = new("--epsilon") { Description = "ε of a private evaluation." };
    private readonly Option<double> delta = Given.Number("--delta", "δ of a private evaluation.", 1e-5);
    private readonly Option<Adjacency> adjacency = Given.Neighbours();
    private readonly Option<string?> ledger = new("--ledger") { Description = "Reserve the budget in this ledger before private rows are opened: a SQLite file or postgres://…" };
    private readonly Option<string?> dataset = new("--dataset") { Description = "The dataset's id in the ledger." };
    private readonly Option<string?> output = new("--out") { Description = "Write what a private evaluation released to this JSON file, too: 'quietune verify MODEL --certificate FILE' checks it." };
    private readonly Option<string?> key = new("--key") { Description = "Private key that signs the file of --out, as 'quietune keys new' makes it." };
    private readonly Option<int?> seed = new("--test-seed") { Description = "Seeded noise, for tests: NOT PRIVATE, and the statement says so." };
    private readonly Option<string[]> subgroup = new("--subgroup") { Description = "Columns of a few values each; every part of the rows is measured as well.", AllowMultipleArgumentsPerToken = true };

    /// <summary>Makes the verb.</summary>
    public EvaluateVerb(Terminal terminal)
        : base(terminal, "evaluate", "Measures a model on rows declared not private, or on private ones by one noisy release.", "quietune evaluate --model tuned.onnx --data test.csv --preprocess tuned.preprocess.json")
    {
        foreach (var option in new Option[] { model, data, label, features, preprocess, loss, isPrivate, publicData, unit, epsilon, delta, adjacency, ledger, dataset, output, key, seed, subgroup })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(isPrivate))
        {
            return RunPrivately(arguments, terminal, cancellationToken);
        }

        foreach (var option in new Option[] { publicData, unit, epsilon, delta, adjacency, ledger, dataset, output, key, seed })
        {
            if (arguments.GetResult(option) is { Implicit: false })
            {
                throw new BadInputException($"{option.Name}: expected --private beside it, as rows that are not private need no budget.");
            }
        }

        var chosen = Inputs.Checked(() => LossFunction.Named(arguments.GetValue(loss)!));
        var name = arguments.GetValue(data)!;
        using var file = OnnxModelFile.Load(arguments.GetValue(model)!);
        var table = Inputs.Checked(() => TableReference.Parse(name));
        var spec = Inputs.Checked(() => arguments.GetValue(preprocess) is { } path
            ? PreprocessingSpec.Load(path)
            : Inputs.Propose(table, file, chosen, arguments.GetValue(label), arguments.GetValue(features) ?? [], unitColumn: null));
        var (all, record) = Inputs.Checked(() =>
        {
            var rows = spec.InOrderOf([.. file.Graph.Inputs.Select(input => input.Name)]).Apply(table);
            using var tunable = new OnnxModel(file, TrainSelection.All, loss: chosen);
            var evaluated = terminal.Stage("evaluating", _ => Evaluation.Read(tunable, chosen, rows, name, cancellationToken));
            var parts = RowGroups.Of(table, arguments.GetValue(subgroup) ?? [], evaluated.Count, cancellationToken);
            return (evaluated.Measures(), terminal.Stage("drawing rows again, for intervals", _ => new EvaluationRecord(
                StagedOutput.Sha256(file.Path), RunCommands.Named(name), evaluated.Count, evaluated.WithIntervals(), [.. parts.Select(part => new EvaluatedGroup(part.Name, part.Rows.Count, evaluated.Part(part.Rows).WithIntervals()))])));
        });
        return new(Json(all, record), people => Show($"{Path.GetFileName(file.Path)} on {record.Data}", record, people));
    }

    /// <summary>Each measure under its own name, and all that a report asks for.</summary>
    private static Dictionary<string, object> Json(IReadOnlyList<Measure> measures, EvaluationRecord record)
    {
        var json = measures.ToDictionary(measure => measure.Key, measure => (object)measure.Value);
        json.Add("rows", record.Rows);
        json.Add("evaluation", record);
        return json;
    }

    private static void Show(string title, EvaluationRecord record, Terminal people)
    {
        people.Table($"{title}, {record.Rows} rows", ["measure", "value", "95 % interval"], record.Measures.Select(measure => new[] { measure.Name, $"{measure.Value:0.####}", Interval(measure) }));
        foreach (var part in record.Groups)
        {
            people.Table($"{part.Name}, {part.Rows} rows", ["measure", "value", "95 % interval"], part.Measures.Select(measure => new[] { measure.Name, $"{measure.Value:0.####}", Interval(measure) }));
        }
    }

    private static string Interval(MeasuredValue measure) => measure is { Low: { } low, High: { } high } ? $"{low:0.####} to {high:0.####}" : "–";

    private VerbResult RunPrivately(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var budget = Given.Budget(arguments.GetValue(epsilon) ?? throw new BadInputException("--private: expected --epsilon with what the release may spend."), arguments.GetValue(delta));
        if (budget.IsPure)
        {
            throw new BadInputException("--delta: expected a number above 0, got 0.");
        }

        if (arguments.GetResult(subgroup) is { Implicit: false })
        {
            throw new BadInputException("--subgroup: expected none beside --private, as every part of the rows would need a budget of its own.");
        }

        if (arguments.GetValue(key) is not null && arguments.GetValue(output) is null)
        {
            throw new BadInputException("--key: expected --out beside it with the file that is to be signed.");
        }

        using var signer = arguments.GetValue(key) is { } keyFile ? SigningKey.Load(keyFile) : null;
        var (path, name) = (arguments.GetValue(model)!, arguments.GetValue(data)!);
        var target = arguments.GetValue(output) is { } file ? OutputFile.Of(file, path, name, arguments.GetValue(publicData) ?? string.Empty, arguments.GetValue(preprocess) ?? string.Empty) : null;
        var statement = new PrivateEvaluationJob(
            new(path, name, budget)
            {
                PublicData = arguments.GetValue(publicData),
                Label = arguments.GetValue(label),
                Features = arguments.GetValue(features) ?? [],
                Preprocess = arguments.GetValue(preprocess),
                UnitColumn = arguments.GetValue(unit),
                Adjacency = arguments.GetValue(adjacency),
                Loss = arguments.GetValue(loss)!,
                Ledger = arguments.GetValue(ledger),
                Dataset = arguments.GetValue(dataset),
                Seed = (ulong?)arguments.GetValue(seed),
            },
            terminal).Run(cancellationToken);
        if (target is not null)
        {
            using var staged = new StagedOutput(Path.GetDirectoryName(target)!);
            staged.Write(Path.GetFileName(target), CertificateCheck.Signed(statement.ToJson(), signer));
            staged.Commit();
        }

        return new(statement, people =>
        {
            if (statement.Scores is { Auroc: { } auroc, Accuracy: { } accuracy } scores)
            {
                people.Table($"{Path.GetFileName(path)} on private rows, released within ε = {budget.Epsilon}, δ = {budget.Delta}", ["measure", "value", "95 % interval"],
                [
                    ["AUROC", $"{auroc.Value:0.000}", Told(auroc)],
                    ["accuracy", $"{accuracy.Value:0.000}", Told(accuracy)],
                    ["calibration error", $"{scores.CalibrationError:0.000}", string.Empty],
                ]);
                people.Table("Calibration", ["predicted", "observed", "95 % interval", "units, with noise"], scores.Calibration.Select(bin =>
                    new[] { $"{bin.Predicted:0.000}", $"{bin.Observed.Value:0.000}", Told(bin.Observed), $"{bin.Count:0}" }));
            }
            else
            {
                people.Line("The budget does not suffice: one of the classes does not stand out from the noise.");
            }

            if (statement.NotPrivate is { } warning)
            {
                people.Line(warning);
            }
        });

        static string Told(Interval interval) => $"{interval.Low:0.000} to {interval.High:0.000}";
    }
}
