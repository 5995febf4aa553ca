using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Data.Tables;
using Quietune.Onnx;
using Quietune.Tuning.Models;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune prepare</c>: proposes a preprocessing spec from public rows.</summary>
internal sealed class PrepareVerb : Verb
{
    private readonly Option<string> publicData = new("--public") { Description = "Public rows; the only ones whose statistics are taken.", Required = true };
    private readonly Option<string?> label = new("--label") { Description = "The label's column." };
    private readonly Option<string[]> features = new("--features") { Description = "Feature columns or patterns with *; all but the label by default.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> unit = new("--privacy-unit") { Description = "Column that says whose row it is; never a feature." };
    private readonly Option<string?> model = new("--model") { Description = "The ONNX file, where the input's shape is to be its own." };
    private readonly Option<string> loss = new("--loss") { Description = "cross-entropy, binary, squared or poisson: says whether labels are classes or numbers.", DefaultValueFactory = _ => "cross-entropy" };
    private readonly Option<string> output = new("--out") { Description = "The spec's file.", DefaultValueFactory = _ => "preprocess.json" };

    /// <summary>Makes the verb.</summary>
    public PrepareVerb(Terminal terminal)
        : base(terminal, "prepare", "Proposes how columns become inputs and labels, from public rows alone; edit the file as you like.", "quietune prepare --public public.csv --label y --out preprocess.json")
    {
        foreach (var option in new Option[] { publicData, label, features, unit, model, loss, output })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var chosen = Inputs.Checked(() => LossFunction.Named(arguments.GetValue(loss)!));
        var target = OutputFile.Of(arguments.GetValue(output)!, arguments.GetValue(publicData)!, arguments.GetValue(model) ?? string.Empty);
        using var file = arguments.GetValue(model) is { } path ? OnnxModelFile.Load(path) : null;
        var spec = Inputs.Checked(() => Inputs.Propose(
            TableReference.Parse(arguments.GetValue(publicData)!), file, chosen, arguments.GetValue(label), arguments.GetValue(features) ?? [], arguments.GetValue(unit)));
        using var staged = new StagedOutput(Path.GetDirectoryName(target)!);
        staged.Write(Path.GetFileName(target), spec.ToJson());
        var files = staged.Commit();
        return new(
            new { file = files[0], inputs = spec.Inputs.Select(input => new { shape = input.Shape, columns = input.Columns.Select(column => column.Column) }), classes = spec.Label.Classes },
            people =>
            {
                people.Table("Inputs", ["column", "treatment", "numbers"], spec.Inputs.SelectMany(input => input.Columns).Select(column =>
                    new[] { column.Column, column.GetType().Name.Replace("Column", string.Empty, StringComparison.Ordinal), $"{column.Width}" }));
                people.Line($"wrote {files[0]}");
            });
    }
}
