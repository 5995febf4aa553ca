using Quietune.Onnx.Operators;
using static TorchSharp.torch;

namespace Quietune.Onnx.Execution;

/// <summary>The operators of ONNX's own domain that are supported, with the version that each begins at.</summary>
internal sealed class OperatorTable
{
    private static readonly OperatorTable Supported = Filled();

    private readonly Dictionary<string, (long Since, Operator Compute)> operators = [];

    /// <summary>The names of the supported operators.</summary>
    public static IReadOnlyCollection<string> Names => Supported.operators.Keys;

    /// <summary>The operator that a node applies.</summary>
    /// <exception cref="InvalidDataException">It is not supported, or begins at a later version than the model imports.</exception>
    public static Operator Find(string path, OnnxNode node)
    {
        if (node.Domain.Length > 0 || !Supported.operators.TryGetValue(node.OperatorName, out var found))
        {
            throw Refusal.Of(path, $"{node.Label} uses an operator that is not supported.");
        }

        return node.OperatorSet >= found.Since
            ? found.Compute
            : throw Refusal.Of(path, $"{node.Label} uses an operator that begins with opset {found.Since}.");
    }

    /// <summary>Whether the operator that a node applies is supported.</summary>
    public static bool Supports(OnnxNode node) =>
        node.Domain.Length == 0 && Supported.operators.TryGetValue(node.OperatorName, out var found) && node.OperatorSet >= found.Since;

    /// <summary>Adds an operator of one output.</summary>
    /// <param name="name">The operator's name.</param>
    /// <param name="compute">Computes the output.</param>
    /// <param name="since">The first version of the operator set that has it.</param>
    public void Add(string name, Func<NodeCall, Tensor> compute, long since = 1) => operators.Add(name, (since, call => [compute(call)]));

    /// <summary>Adds an operator of any number of outputs.</summary>
    /// <param name="name">The operator's name.</param>
    /// <param name="compute">Computes the outputs.</param>
    /// <param name="since">The first version of the operator set that has it.</param>
    public void AddMany(string name, Operator compute, long since = 1) => operators.Add(name, (since, compute));

    private static OperatorTable Filled()
    {
        var table = new OperatorTable();
        ArithmeticOperators.AddTo(table);
        ComparisonOperators.AddTo(table);
        ElementwiseOperators.AddTo(table);
        ActivationOperators.AddTo(table);
        MatrixOperators.AddTo(table);
        ConvolutionOperators.AddTo(table);
        PoolingOperators.AddTo(table);
        NormalizationOperators.AddTo(table);
        ReductionOperators.AddTo(table);
        GatherOperators.AddTo(table);
        ShapeOperators.AddTo(table);
        SliceOperators.AddTo(table);
        PadOperator.AddTo(table);
        ResizeOperators.AddTo(table);
        GeneratingOperators.AddTo(table);
        OrderingOperators.AddTo(table);
        RecurrentOperators.AddTo(table);
        PassingOperators.AddTo(table);
        return table;
    }
}
