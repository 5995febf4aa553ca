using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx.Export;
using Quietune.Tuning.Models;
using Quietune.Tuning.Pretraining;
using TorchSharp.Modules;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune pretrain</c>: a small network from public rows, so that one can start from nothing.</summary>
internal sealed class PretrainVerb : Verb
{
    private readonly Option<string> publicData = new("--public") { Description = "Public rows.", Required = true };
    private readonly Option<string?> label = new("--label") { Description = "The label's column." };
    private readonly Option<string[]> features = new("--features") { Description = "Feature columns or patterns with *; all but the label by default.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> preprocess = new("--preprocess") { Description = "A preprocessing spec; proposed from the rows by default, and written beside the model." };
    private readonly Option<string?> unit = new("--privacy-unit") { Description = "Column that says whose row it is; never a feature." };
    private readonly Option<string> network = new("--network") { Description = "linear, mlp, or cnn (28×28 images).", DefaultValueFactory = _ => "mlp" };
    private readonly Option<int[]> hidden = new("--hidden") { Description = "Widths of the hidden layers of an mlp.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [64, 32] };
    private readonly Option<string> loss = new("--loss") { Description = "cross-entropy, binary, squared or poisson.", DefaultValueFactory = _ => "cross-entropy" };
    private readonly Option<int> epochs = Given.Whole("--epochs", "Passes over the rows.", 20);
    private readonly Option<double> learningRate = Given.Number("--learning-rate", "The first learning rate.", 2e-3);
    private readonly Option<int> seed = Given.Whole("--seed", "Decides the first weights and the order of rows.", 0, least: 0);
    private readonly Option<string> output = new("--out") { Description = "The ONNX file.", Required = true };

    /// <summary>Makes the verb.</summary>
    public PretrainVerb(Terminal terminal)
        : base(terminal, "pretrain", "Trains a small network on public rows and writes it as ONNX, for those who have no model yet.", "quietune pretrain --public public.csv --label y --network mlp --out m.onnx")
    {
        foreach (var option in new Option[] { publicData, label, features, preprocess, unit, network, hidden, loss, epochs, learningRate, seed, output })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var chosen = Inputs.Checked(() => LossFunction.Named(arguments.GetValue(loss)!));
        var name = arguments.GetValue(publicData)!;
        var target = OutputFile.Of(arguments.GetValue(output)!, name, arguments.GetValue(preprocess) ?? string.Empty);
        var table = Inputs.Checked(() => TableReference.Parse(name));
        var spec = Inputs.Checked(() => arguments.GetValue(preprocess) is { } path
            ? PreprocessingSpec.Load(path)
            : Inputs.Propose(table, file: null, chosen, arguments.GetValue(label), arguments.GetValue(features) ?? [], arguments.GetValue(unit)));
        var rows = terminal.Stage("reading public rows", _ => Inputs.Checked(() => PublicRows.Sample(spec.Apply(table), name, cancellationToken)));
        var classes = chosen == LossFunction.CrossEntropy ? spec.Label.Classes?.Count ?? (int)rows.Labels.Max() + 1 : 1;
        using var module = Build(arguments.GetValue(network)!, arguments.GetValue(hidden)!, rows.Shape, classes, (ulong)arguments.GetValue(seed));
        using var model = new ModuleModel(module);
        Inputs.RequireLabels(name, rows, spec.Label, model, chosen);
        terminal.Stage("pretraining", progress =>
        {
            Trainer.Train(
                module, chosen, rows, arguments.GetValue(epochs), arguments.GetValue(learningRate), seed: (ulong)arguments.GetValue(seed), progress: progress, cancellationToken: cancellationToken);
            return 0;
        });
        var measures = Evaluation.Of(model, chosen, rows, name, cancellationToken);
        using var staged = new StagedOutput(Path.GetDirectoryName(target)!);
        staged.Write(Path.GetFileName(target), NetworkExport.Of(module, rows.Shape));
        staged.Write($"{Path.GetFileNameWithoutExtension(target)}.preprocess.json", spec.ToJson());
        var files = staged.Commit();
        return new(
            new { files, parameters = model.ParameterCount, onTrainingRows = measures.ToDictionary(measure => measure.Key, measure => measure.Value) },
            people =>
            {
                people.Table($"{model.ParameterCount} parameters; measures on the training rows", ["measure", "value"], measures.Select(measure => new[] { measure.Name, $"{measure.Value:0.####}" }));
                foreach (var file in files)
                {
                    people.Line($"wrote {file}");
                }
            });
    }

    private static Sequential Build(string kind, int[] hidden, IReadOnlyList<int> shape, int classes, ulong seed)
    {
        var width = shape.Aggregate(1, (product, size) => product * size);
        return kind switch
        {
            "linear" => (Sequential)Networks.Perceptron(seed, width, classes),
            "mlp" when hidden.All(size => size is > 0 and <= 65_536) => (Sequential)Networks.Perceptron(seed, [width, .. hidden, classes]),
            "mlp" => throw new BadInputException($"--hidden: expected widths of 1 to 65536, got {string.Join(" ", hidden)}."),
            "cnn" when shape is [1, 28, 28] && classes == 10 => (Sequential)Networks.DigitCnn(seed),
            "cnn" => throw new BadInputException($"--network cnn: expected rows of shape [1, 28, 28] and 10 classes, got [{string.Join(", ", shape)}] and {classes}."),
            _ => throw new BadInputException($"--network: expected linear, mlp or cnn, got '{kind}'."),
        };
    }
}
