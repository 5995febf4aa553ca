using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx;
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

    /// <summary>Makes the verb.</summary>
    public EvaluateVerb(Terminal terminal)
        : base(terminal, "evaluate", "Measures a model on rows declared not private.", "quietune evaluate --model tuned.onnx --data test.csv --preprocess tuned.preprocess.json")
    {
        foreach (var option in new Option[] { model, data, label, features, preprocess, loss })
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
        var measures = Inputs.Checked(() =>
        {
            var rows = spec.Apply(table);
            using var tunable = new OnnxModel(file, TrainSelection.All, loss: chosen);
            return terminal.Stage("evaluating", _ => Evaluation.Of(tunable, chosen, rows, name, cancellationToken));
        });
        return new(
            measures.ToDictionary(measure => measure.Key, measure => measure.Value),
            people => people.Table($"{Path.GetFileName(file.Path)} on {name}", ["measure", "value"], measures.Select(measure => new[] { measure.Name, $"{measure.Value:0.####}" })));
    }
}
