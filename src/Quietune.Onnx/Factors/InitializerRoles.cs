using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>Tells parameters from constants, and says what each is: files do not.</summary>
internal sealed class InitializerRoles
{
    private const double LargestOrdinaryMask = 1000;

    private static readonly HashSet<string> Normalizations = ["BatchNormalization", "InstanceNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization"];
    private static readonly HashSet<string> Elementwise = ["Add", "Sub", "Mul", "Div", "Sum", "Pow", "Max", "Min", "Mean", "Where", "Mod", "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Expand", "Tile"];
    private static readonly HashSet<string> Passing = ["Identity", "Cast", "Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Slice", "Clip", "Add", "Sub", "Mul", "Div"];
    private static readonly HashSet<string> SetByNumbers = ["Resize", "Upsample", "Clip", "Dropout", "Pad", "Range", "OneHot", "Pow", "TopK", "NonMaxSuppression"];
    private static readonly string[] StatisticNames = ["running_mean", "running_var", "moving_mean", "moving_var"];

    private readonly ParameterPaths paths;
    private readonly Dictionary<string, OnnxNode> makers = [];
    private readonly HashSet<string> raw = [];
    private readonly HashSet<string> centred = [];

    /// <summary>Finds the roles of all float initializers.</summary>
    public InitializerRoles(ParameterPaths paths)
    {
        this.paths = paths;
        foreach (var node in paths.Graph.Nodes)
        {
            foreach (var output in node.Outputs.Where(output => output.Length > 0))
            {
                makers[output] = node;
            }
        }

        FollowInputs();
        All = [.. paths.Graph.Initializers.Values.Where(initializer => initializer.IsFloating).Select(Role)];
    }

    /// <summary>One entry for each float initializer, in the file's order.</summary>
    public IReadOnlyList<InitializerRole> All { get; }

    /// <summary>Values that are inputs of the graph but for reshapes and constants put to them.</summary>
    private void FollowInputs()
    {
        raw.UnionWith(paths.Graph.Inputs.Select(input => input.Name));
        var fromData = raw.ToHashSet();
        foreach (var node in paths.Graph.Nodes.Where(node => node.Reads.Any(fromData.Contains)))
        {
            fromData.UnionWith(node.Outputs);
            if (Passing.Contains(node.OperatorName) && node.Reads.All(name => raw.Contains(name) || !fromData.Contains(name)))
            {
                raw.UnionWith(node.Outputs);
                if (node.OperatorName is "Sub" or "Div" || node.Reads.Any(centred.Contains))
                {
                    centred.UnionWith(node.Outputs);
                }
            }
        }
    }

    private InitializerRole Role(OnnxInitializer initializer)
    {
        var sites = paths.Sites(initializer.Name);
        var isStatistic = sites.Any(site => site.Node.OperatorName == "BatchNormalization" && site.Slot > 2)
            || StatisticNames.Any(word => initializer.Name.Contains(word, StringComparison.Ordinal));
        var never = sites.Count == 0 && paths.Ruleless(initializer.Name) is null ? "does not reach the output"
            : isStatistic ? "a running statistic"
            : sites.Any(site => SetByNumbers.Contains(site.Node.OperatorName) && site.Slot > 0) ? "a number that sets an operator"
            : null;
        var unless = never ?? (initializer.ElementCount == 1 && sites.Count > 0 && sites.All(site => Elementwise.Contains(site.Node.OperatorName) && !FollowsProduct(site)) ? "a constant of one number"
            : sites.Any(IsPreprocessing) ? "preprocessing of an input"
            : sites.Count > 0 && sites.All(site => site.Node.OperatorName is "Add" or "Where" or "Mul") && IsMask(initializer) ? "a mask"
            : null);
        return new(
            initializer.Name,
            unless,
            never is null,
            sites.Count > 0 && sites.All(IsBias) && (initializer.Shape.Count(size => size > 1) <= 1 || sites[0].Slot == 3),
            sites.Count > 0 && sites.All(IsNormalization),
            sites.Count > 0 ? sites.Max(site => site.Index) : -1);
    }

    private static bool IsBias(UseSite site) => site.Node.OperatorName switch
    {
        "Gemm" or "Conv" or "ConvTranspose" => site.Slot == 2,
        "Add" => true,
        "Sub" => site.Slot == 1,
        "LSTM" or "GRU" or "RNN" => site.Slot == 3,
        var name => Normalizations.Contains(name) && site.Slot == 2,
    };

    private bool IsNormalization(UseSite site) =>
        Normalizations.Contains(site.Node.OperatorName)
        || (site.Node.OperatorName == "Mul" && IsStandardized(Other(site)))
        || (site.Node.OperatorName == "Add" && makers.GetValueOrDefault(Other(site)) is { OperatorName: "Mul" } scaled && scaled.Inputs.Any(IsStandardized));

    /// <summary>A value divided by a root, as normalisations written out in smaller operators have it.</summary>
    private bool IsStandardized(string value) => makers.GetValueOrDefault(value) is { } node
        && ((node.OperatorName == "Div" && makers.GetValueOrDefault(node.Inputs[1])?.OperatorName == "Sqrt")
            || (node.OperatorName == "Mul" && node.Inputs.Any(input => makers.GetValueOrDefault(input) is { OperatorName: "Reciprocal" } inverse && makers.GetValueOrDefault(inverse.Inputs[0])?.OperatorName == "Sqrt")));

    private bool FollowsProduct(UseSite site) => site.Node.OperatorName == "Add" && makers.GetValueOrDefault(Other(site))?.OperatorName is "MatMul" or "Gemm" or "Einsum" or "Conv";

    /// <summary>Centring or scaling of what came in, before any layer.</summary>
    private bool IsPreprocessing(UseSite site) => site.Node.OperatorName switch
    {
        "Sub" or "Div" => raw.Contains(Other(site)),
        "Add" or "Mul" => centred.Contains(Other(site)),
        _ => false,
    };

    /// <summary>Two values, one of them too large to be a weight.</summary>
    private static bool IsMask(OnnxInitializer initializer)
    {
        using var scope = NewDisposeScope();
        var values = initializer.ToTensor().to_type(ScalarType.Float64).flatten();
        var (least, most) = (values.min(), values.max());
        return !values.isfinite().all().item<bool>()
            || (maximum(least.abs(), most.abs()).item<double>() >= LargestOrdinaryMask && values.eq(least).logical_or(values.eq(most)).all().item<bool>());
    }

    private static string Other(UseSite site) => site.Node.Inputs.Count == 2 ? site.Node.Inputs[1 - site.Slot] : string.Empty;
}
