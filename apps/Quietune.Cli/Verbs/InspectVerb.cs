using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Onnx;
using Quietune.Onnx.Reference;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune inspect</c>: what a model file holds, what can be tuned, by which rule, and whether a reference agrees.</summary>
internal sealed class InspectVerb : Verb
{
    private readonly Argument<string> model = new("model") { Description = "The ONNX file." };
    private readonly Option<string[]> train = new("--train") { Description = "What to tune: all, head, bias, normalisation, or names of initializers with *.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> reference = new("--reference") { Description = "Folder with reference.json, input.npy, labels.npy, logits.npy, losses.npy and per-example gradients to compare with." };

    /// <summary>Makes the verb.</summary>
    public InspectVerb(Terminal terminal)
        : base(terminal, "inspect", "Shows a model's parameters, which can be tuned and by which rule, and compares it with another framework's values.", "quietune inspect m.onnx --reference m-reference/")
    {
        Add(model);
        Add(train);
        Add(reference);
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = arguments.GetValue(model)!;
        using var file = OnnxModelFile.Load(path);
        using var tunable = Inputs.Checked(() => new OnnxModel(file, TrainSelection.Of(arguments.GetValue(train) ?? [])));
        var summaries = tunable.Summaries;
        var errors = arguments.GetValue(reference) is { } folder ? Compared(file, folder) : [];
        var passes = errors.All(error => error.Passes);
        var inputs = file.Graph.Inputs.Select(input => $"{input.Name} {input.ElementType} {input.ShapeText}").ToList();
        var outputs = file.Graph.Outputs.Select(output => $"{output.Name} {output.ShapeText}").ToList();
        return new(
            new
            {
                model = path,
                producer = file.ProducerName,
                irVersion = file.IrVersion,
                opsets = file.OperatorSets,
                inputs,
                outputs,
                nodes = file.Graph.Nodes.Count,
                batched = tunable.IsBatched,
                trainable = tunable.ParameterCount,
                initializers = summaries.Select(summary => new { name = summary.Initializer.Name, shape = summary.Initializer.Shape, type = summary.Initializer.ElementType.ToString(), tuned = summary.IsTuned, rule = summary.Rule }),
                reference = errors.Count == 0 ? null : errors.Select(error => new { error.Name, error.LargestAbsolute, error.LargestRelative, error.Tolerance, error.Passes, error.Rule }),
                passes,
            },
            people =>
            {
                people.Line($"{path}: opset {string.Join(", ", file.OperatorSets.Values)}, {file.Graph.Nodes.Count} nodes; input {string.Join("; ", inputs)}; output {string.Join("; ", outputs)}");
                people.Table($"{tunable.ParameterCount} trainable numbers", ["initializer", "shape", "tuned", "rule"], summaries.Select(summary =>
                    new[] { summary.Initializer.Name, $"[{string.Join(", ", summary.Initializer.Shape)}]", summary.IsTuned ? "yes" : "no", summary.Rule }));
                if (errors.Count > 0)
                {
                    people.Table("Against the reference", ["what", "largest absolute", "largest relative", "allowed", ""], errors.Select(error =>
                        new[] { error.Name, $"{error.LargestAbsolute:0.0e+0}", $"{error.LargestRelative:0.0e+0}", $"{error.Tolerance:0.0e+0}", error.Passes ? "ok" : "DIFFERS" }));
                }
            },
            passes ? ExitCode.Done : ExitCode.Fault);
    }

    private static IReadOnlyList<ReferenceError> Compared(OnnxModelFile file, string folder)
    {
        using var values = ReferenceFolder.Load(folder);
        return Inputs.Checked(() => ReferenceCheck.Compare(file, values));
    }
}
