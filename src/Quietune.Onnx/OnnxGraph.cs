using Quietune.Onnx.Execution;
using Quietune.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx;

/// <summary>The computation that a model file describes, run on torch with gradients.</summary>
public sealed class OnnxGraph : IDisposable
{
    private readonly Dictionary<StoredTensor, Tensor> constants = new(ReferenceEqualityComparer.Instance);

    internal OnnxGraph(string path, GraphBody body)
    {
        Path = path;
        Body = body;
        if (body.Captures.Count > 0)
        {
            var reader = body.Nodes.FirstOrDefault(node => node.Reads.Contains(body.Captures[0]));
            throw Refusal.Of(path, $"{reader?.Label ?? "the graph's outputs"}: expected a value made by a node, an input or an initializer, got '{body.Captures[0]}'.");
        }
    }

    /// <summary>The inputs that a run needs: those declared, without the ones that have an initializer.</summary>
    public IReadOnlyList<OnnxValue> Inputs => Body.Inputs;

    /// <summary>The outputs of a run.</summary>
    public IReadOnlyList<OnnxValue> Outputs => Body.Outputs;

    /// <summary>The nodes, each after those whose values it reads.</summary>
    public IReadOnlyList<OnnxNode> Nodes => Body.Nodes;

    /// <summary>The constants by name.</summary>
    public IReadOnlyDictionary<string, OnnxInitializer> Initializers => Body.Initializers;

    /// <summary>The most bytes that one value may take before a run refuses; by default half of the memory there is.</summary>
    /// <remarks>A file of a few bytes can ask for a tensor of any size; this bounds what it gets.</remarks>
    public long LargestValueBytes { get; set; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    internal string Path { get; }

    internal GraphBody Body { get; }

    /// <summary>Computes the outputs.</summary>
    /// <param name="inputs">A tensor for each of <see cref="Inputs"/>, of the declared element type and shape.</param>
    /// <param name="parameters">Tensors to use in place of initializers, of the same shape; gradients flow to those that require them.</param>
    /// <param name="observer">Sees each node; without one, values are freed as soon as no node needs them.</param>
    /// <returns>The outputs by name. They, and all values when there is an observer, belong to the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">An input or parameter is missing, unknown, or of the wrong type or shape.</exception>
    /// <exception cref="InvalidDataException">The graph uses an operator that is not supported, or asks one for what it cannot do.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor>? parameters = null, INodeObserver? observer = null) =>
        Run(inputs, parameters ?? new Dictionary<string, Tensor>(), observer, [.. Outputs.Select(output => output.Name)], anyRowCount: false);

    /// <summary>Computes any values of the graph.</summary>
    /// <param name="inputs">A tensor for each of <see cref="Inputs"/>.</param>
    /// <param name="parameters">Tensors to use in place of initializers.</param>
    /// <param name="observer">Sees each node, or null.</param>
    /// <param name="wanted">The names of the values to return.</param>
    /// <param name="anyRowCount">Whether the first axis of an input may have another size than the declared one.</param>
    internal Dictionary<string, Tensor> Run(
        IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> parameters, INodeObserver? observer, IReadOnlyList<string> wanted, bool anyRowCount)
    {
        CheckInputs(inputs, anyRowCount);
        CheckParameters(parameters);
        return new GraphRun(this, observer).Run(inputs, parameters, wanted);
    }

    /// <summary>Computes one node on other inputs than its own; the outputs live in the current dispose scope.</summary>
    internal Tensor[] Compute(OnnxNode node, Tensor?[] inputs) =>
        OperatorTable.Find(Path, node)(new NodeCall(new GraphRun(this, null), node, inputs, new ValueScope(null)));

    /// <summary>Disposes the constants kept since the first run.</summary>
    public void Dispose()
    {
        foreach (var constant in constants.Values)
        {
            constant.Dispose();
        }

        constants.Clear();
    }

    /// <summary>The elements of a stored tensor, read once and kept.</summary>
    internal Tensor Constant(StoredTensor stored)
    {
        if (!constants.TryGetValue(stored, out var constant))
        {
            // A constant made in inference mode could not take part in a later run that needs gradients.
            using var normalMode = inference_mode(false);
            using var scope = NewDisposeScope();
            constants[stored] = constant = TensorContent.Read(stored).DetachFromDisposeScope();
        }

        return constant;
    }

    private void CheckInputs(IReadOnlyDictionary<string, Tensor> given, bool anyRowCount)
    {
        foreach (var input in Inputs)
        {
            if (!given.TryGetValue(input.Name, out var tensor))
            {
                throw Refusal.OfArgument(Path, $"expected a tensor for input '{input.Name}', got {string.Join(", ", given.Keys.Select(name => $"'{name}'"))}.");
            }

            var isShape = input.Shape is null || (input.Shape.Count == tensor.shape.Length
                && input.Shape.Select((axis, i) => axis.Size is null || axis.Size == tensor.shape[i] || (i == 0 && anyRowCount)).All(fits => fits));
            if (!isShape || (input.ElementType.Computed is { } type && type != tensor.dtype))
            {
                throw Refusal.OfArgument(Path, $"expected input '{input.Name}' as {input.ElementType.Word} of shape {input.ShapeText}, got {tensor.dtype} of shape {Shapes.Text(tensor.shape)}.");
            }
        }

        if (given.Keys.FirstOrDefault(name => Inputs.All(input => input.Name != name)) is { } unknown)
        {
            throw Refusal.OfArgument(Path, $"expected inputs named {string.Join(", ", Inputs.Select(input => $"'{input.Name}'"))}, got '{unknown}'.");
        }
    }

    private void CheckParameters(IReadOnlyDictionary<string, Tensor> given)
    {
        foreach (var (name, tensor) in given)
        {
            if (!Initializers.TryGetValue(name, out var initializer))
            {
                throw Refusal.OfArgument(Path, $"expected the name of an initializer, got '{name}'.");
            }

            if (!initializer.Shape.SequenceEqual(tensor.shape))
            {
                throw Refusal.OfArgument(Path, $"expected '{name}' of shape {Shapes.Text(initializer.Shape)}, got {Shapes.Text(tensor.shape)}.");
            }
        }
    }
}
