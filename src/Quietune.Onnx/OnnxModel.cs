using Quietune.Onnx.Factors;
using Quietune.Onnx.Format;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx;

/// <summary>The graph of an ONNX file as a tunable model: every initializer that is to be tuned is a block, or the bias of one.</summary>
/// <remarks>
/// A block whose every use has a factor rule gets its per-row gradients from one backward pass; any other takes one backward pass a
/// row, as do all blocks of a graph that takes one row at a time. <see cref="ParameterBlock.Rule"/> says which. Half-precision
/// parameters are kept as float32 and rounded in every run. docs/guides/onnx.md lists what has a rule.
/// </remarks>
public sealed partial class OnnxModel : TunableModel
{
    // A pass with gradients takes about four times the bytes of the values: values, their gradients, factors, and copies.
    private const long Copies = 4;
    private const int MostRows = 512;

    // Allocators give larger tensors back to the system at once, and every page of the next one faults in again: a quarter of the time of a pass.
    private const long LargestKeptBytes = 32L << 20;
    private const long FewRows = 8;

    private readonly OnnxGraph graph;
    private readonly ParameterPaths paths;
    private readonly BlockPlan plan;
    private readonly Dictionary<string, Tensor> parameters = [];
    private readonly long bytesPerRow;
    private readonly IReadOnlyList<long[]> triedShapes;

    /// <summary>Makes a model of a file's graph.</summary>
    /// <param name="file">The file; it stays the caller's, and must live as long as the model.</param>
    /// <param name="trains">What to tune.</param>
    /// <param name="publicInputs">Some public rows, one tensor for each of the graph's inputs, on which the graph is tried; null for made-up ones.</param>
    /// <param name="loss">The loss, which decides whether a last Softmax, Sigmoid or Exp belongs to the model; null to leave the output as it is.</param>
    /// <param name="slow">Names of blocks to take the slow exact road, as <see cref="GradientCheck"/> finds them.</param>
    /// <exception cref="ArgumentException">The inputs do not fit, nothing is to be tuned, or the output does not fit the loss.</exception>
    /// <exception cref="InvalidDataException">The graph cannot be run.</exception>
    public OnnxModel(OnnxModelFile file, TrainSelection trains, IReadOnlyList<Tensor>? publicInputs = null, LossFunction? loss = null, IReadOnlySet<string>? slow = null)
    {
        File = file;
        graph = file.Graph;
        using var scope = NewDisposeScope();
        var rows = publicInputs is null ? MadeUpInputs.Of(graph) : GraphInputs.Of(graph, publicInputs);
        OutputName = OutputTap.Of(graph, loss);
        var probed = ProbedGraph.Of(graph, rows, OutputName);
        OutputTap.Check(graph, loss, OutputName, probed);
        paths = new(graph, probed, OutputName);
        Roles = new(paths);
        foreach (var name in trains.Choose(file.Path, Roles.All))
        {
            parameters.Add(name, Master(file.Initializers[name]));
        }

        plan = new(paths, parameters, slow ?? new HashSet<string>());
        triedShapes = [.. rows.Select(input => input.shape[1..])];
        bytesPerRow = (Copies * probed.BytesPerRow) + (2 * sizeof(float) * plan.Unrecorded.Sum(block => block.Count));
    }

    /// <summary>The file.</summary>
    public OnnxModelFile File { get; }

    /// <summary>The value of the graph that is the model's output: the graph's first output, or what a last activation is put to.</summary>
    public string OutputName { get; }

    /// <summary>Whether the graph takes any number of rows at once; otherwise rows go through it one by one.</summary>
    public bool IsBatched => paths.Probed.IsBatched;

    /// <summary>The parameters that are tuned, by initializer name; the model owns them.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => parameters;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterBlock> Blocks => plan.Blocks;

    /// <inheritdoc/>
    public override int LargestBatch => (int)Math.Clamp(
        Math.Min(BytesPerBatch / Math.Max(1, bytesPerRow), Math.Max(FewRows, LargestKeptBytes / Math.Max(1, paths.Probed.LargestBytesPerRow))), 1, MostRows);

    /// <inheritdoc/>
    public override long BytesPerRow => bytesPerRow;

    /// <summary>The memory that a batch may take, by the sizes of the graph's values; by default 4 GiB, or a sixth of what there is if that is less.</summary>
    public long BytesPerBatch { get; init; } = Math.Min(1L << 32, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 6);

    /// <summary>Every float initializer in the file's order, with its rule or the reason why it is not tuned.</summary>
    public IReadOnlyList<InitializerSummary> Summaries => [.. Roles.All.Select(role =>
    {
        var block = Blocks.FirstOrDefault(candidate => candidate.Name == role.Name || BiasNameOf(candidate) == role.Name);
        var why = block?.Rule ?? role.WhyFixed ?? "not chosen";
        return new InitializerSummary(File.Initializers[role.Name], block is not null, block?.Name, block is null || block.Name == role.Name ? why : $"the bias of '{block.Name}'");
    })];

    /// <summary>What each float initializer is.</summary>
    internal InitializerRoles Roles { get; }

    /// <summary>Makes a model whose factors were compared with automatic differentiation on public rows; blocks that differ take the slow exact road.</summary>
    /// <param name="file">The file; it stays the caller's.</param>
    /// <param name="trains">What to tune.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="publicBatch">Two public rows or more.</param>
    /// <exception cref="ArgumentException">As the constructor, or a row's output depends on other rows.</exception>
    /// <exception cref="InvalidDataException">The graph cannot be run.</exception>
    public static OnnxModel Checked(OnnxModelFile file, TrainSelection trains, LossFunction loss, TensorBatch publicBatch)
    {
        var model = new OnnxModel(file, trains, publicBatch.Inputs, loss);
        try
        {
            var wrong = GradientCheck.Mismatched(model, loss, publicBatch);
            if (wrong.Count == 0)
            {
                return model;
            }

            var checkedModel = new OnnxModel(file, trains, publicBatch.Inputs, loss, wrong);
            model.Dispose();
            return checkedModel;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The name of the initializer that is a block's bias, or null where it has none.</summary>
    public string? BiasNameOf(ParameterBlock block) =>
        block.Bias is { } bias ? parameters.First(pair => pair.Value.Handle == bias.Handle).Key : null;

    /// <inheritdoc/>
    public override Tensor Forward(IReadOnlyList<Tensor> inputs)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var rows = GraphInputs.Of(graph, inputs);
        var count = rows.Count == 0 ? 1 : rows[0].shape[0];
        if (count <= LargestBatch)
        {
            return Output(rows, null).MoveToOuterDisposeScope();
        }

        var parts = new List<Tensor>();
        for (long start = 0; start < count; start += LargestBatch)
        {
            using var part = NewDisposeScope();
            parts.Add(Output([.. rows.Select(row => row.narrow(0, start, Math.Min(LargestBatch, count - start)))], null).MoveToOuterDisposeScope());
        }

        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override RecordedForward Record(IReadOnlyList<Tensor> inputs)
    {
        var rows = GraphInputs.Of(graph, inputs);
        if (!IsBatched)
        {
            return new(Output(rows, null), [], Blocks);
        }

        RequireTriedShapes(rows);
        var recorder = new UseRecorder(graph, plan, rows.Count == 0 ? 1 : rows[0].shape[0]);
        return new(Output(rows, recorder), recorder.Uses, plan.Unrecorded);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var parameter in parameters.Values)
            {
                parameter.Dispose();
            }
        }
    }

    /// <summary>The parameter as it is tuned: at least float32.</summary>
    private static Tensor Master(OnnxInitializer initializer)
    {
        using var scope = NewDisposeScope();
        var stored = initializer.ToTensor();
        var master = stored.dtype == ScalarType.Float64 ? stored : stored.to_type(ScalarType.Float32);
        return master.requires_grad_().DetachFromDisposeScope();
    }

    /// <summary>Rows folded into the middle of an axis lie where they did when the graph was tried only if rows have the same shape still; elsewhere gradients would go to the wrong row.</summary>
    private void RequireTriedShapes(IReadOnlyList<Tensor> rows)
    {
        var isFolded = plan.Recorded.Values.Any(uses => uses.Any(use => use.Site.Layout is { Inner: > 1 }));
        foreach (var (input, tried) in rows.Zip(triedShapes).Where(pair => isFolded && !pair.First.shape.AsSpan(1).SequenceEqual(pair.Second)))
        {
            throw Refusal.OfArgument(graph.Path, $"expected rows of shape {Shapes.Text(tried)}, as those that the graph was tried on, got {Shapes.Text(input.shape[1..])}.");
        }
    }

    private Tensor Output(IReadOnlyList<Tensor> inputs, INodeObserver? observer)
    {
        var stored = parameters.ToDictionary(pair => pair.Key, pair => pair.Value.to_type(TypeOf(pair.Key)));
        if (IsBatched)
        {
            return Run(inputs);
        }

        return cat([.. Enumerable.Range(0, (int)inputs[0].shape[0]).Select(row =>
        {
            var output = Run([.. inputs.Select(input => input.narrow(0, row, 1))]);
            return output is { shape: [1, ..] } ? output : output.unsqueeze(0);
        })]);

        Tensor Run(IReadOnlyList<Tensor> rows)
        {
            var named = graph.Inputs.Zip(rows).ToDictionary(pair => pair.First.Name, pair => pair.Second);
            return graph.Run(named, stored, observer, [OutputName], anyRowCount: IsBatched)[OutputName].to_type(ScalarType.Float32);
        }
    }

    private ScalarType TypeOf(string name) => File.Initializers[name].ElementType switch
    {
        ElementType.Float16 => ScalarType.Float16,
        ElementType.BFloat16 => ScalarType.BFloat16,
        ElementType.Double => ScalarType.Float64,
        _ => ScalarType.Float32,
    };
}
