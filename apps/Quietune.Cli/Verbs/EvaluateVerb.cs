using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx;
using Quietune.Reporting;
using Quietune.Tuning.Models;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune evaluate</c>: how well a model does on rows declared not private.</summary>
internal sealed class EvaluateVerb : Verb
{
    private readonly Option<string> model = new("--model") { Description = "The ONNX file.", Required = true };
    private readonly Option<string> data = new("--data") { Description = "Rows declared not private.", Required = true };
    private readonly Option<string?> label = new("--label") { Description = "The label's column, where no spec is given." };
    private readonly Option<string[]> features = new("--features") { Description = "Feature columns or patterns, where no spec is given.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> preprocess = new("--preprocess") { Description = "The preprocessing spec that the model was tuned with; without one, statistics come from these rows." };
    private readonly Option<string> loss = new("--loss") { Description = "cross-entropy, binary, squared or poisson.", DefaultValueFactory = _ => "cross-entropy" };

    private readonly Option<string[]> subgroup = new("--subgroup") { Description = "Columns of a few values each; every part of the rows is measured as well.", AllowMultipleArgumentsPerToken = true };

    /// <summary>Makes the verb.</summary>
    public EvaluateVerb(Terminal terminal)
        : base(terminal, "evaluate", "Measures a model on rows declared not private.", "quietune evaluate --model tuned.onnx --data test.csv --preprocess tuned.preprocess.json")
    {
        foreach (var option in new Option[] { model, data, label, features, preprocess, loss, subgroup })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var chosen = Inputs.Checked(() => LossFunction.Named(arguments.GetValue(loss)!));
        var name = arguments.GetValue(data)!;
        using var file = OnnxModelFile.Load(arguments.GetValue(model)!);
        var table = Inputs.Checked(() => TableReference.Parse(name));
        var spec = Inputs.Checked(() => arguments.GetValue(preprocess) is { } path
            ? PreprocessingSpec.Load(path)
            : Inputs.Propose(table, file, chosen, arguments.GetValue(label), arguments.GetValue(features) ?? [], unitColumn: null));
        var (all, record) = Inputs.Checked(() =>
        {
            var rows = spec.Apply(table);
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
}
