using Quietune.Onnx.Factors.Rules;

namespace Quietune.Onnx.Factors;

/// <summary>The operators that have a factor rule.</summary>
internal static class FactorRules
{
    private static readonly ElementwiseRule Elementwise = new();
    private static readonly NormalizationRule Normalization = new();

    private static readonly Dictionary<string, FactorRule> Rules = new()
    {
        ["MatMul"] = new MatMulRule(),
        ["Gemm"] = new GemmRule(),
        ["Einsum"] = new EinsumRule(),
        ["Conv"] = new ConvolutionRule(),
        ["ConvTranspose"] = new TransposedConvolutionRule(),
        ["Gather"] = new GatherRule(),
        ["Add"] = Elementwise,
        ["Sub"] = Elementwise,
        ["Mul"] = Elementwise,
        ["Div"] = Elementwise,
        ["Sum"] = Elementwise,
        ["Where"] = Elementwise,
        ["PRelu"] = Elementwise,
        ["Expand"] = Elementwise,
        ["Tile"] = Elementwise,
        ["BatchNormalization"] = Normalization,
        ["InstanceNormalization"] = Normalization,
        ["GroupNormalization"] = Normalization,
        ["LayerNormalization"] = Normalization,
        ["RMSNormalization"] = Normalization,
    };

    /// <summary>The names of the operators with a rule.</summary>
    public static IReadOnlyCollection<string> Names => Rules.Keys;

    /// <summary>The rule of a node's operator, or null.</summary>
    public static FactorRule? Of(OnnxNode node) => node.Domain.Length == 0 ? Rules.GetValueOrDefault(node.OperatorName) : null;
}
