using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>The blocks of the parameters to tune, and what to record at which node.</summary>
internal sealed class BlockPlan
{
    private readonly ParameterPaths paths;
    private readonly IReadOnlyDictionary<string, Tensor> parameters;
    private readonly IReadOnlySet<string> slow;
    private readonly Dictionary<string, string> biasOf = [];

    /// <summary>Plans the blocks.</summary>
    /// <param name="paths">Where parameters meet rows.</param>
    /// <param name="parameters">The parameters to tune by initializer name.</param>
    /// <param name="slow">Names of blocks that must not be recorded.</param>
    public BlockPlan(ParameterPaths paths, IReadOnlyDictionary<string, Tensor> parameters, IReadOnlySet<string> slow)
    {
        this.paths = paths;
        this.parameters = parameters;
        this.slow = slow;
        var names = paths.Names.Where(parameters.ContainsKey).ToList();
        foreach (var name in names.Where(name => Form(name) is not null))
        {
            if (Bias(name) is { } bias)
            {
                biasOf[name] = bias;
            }
        }

        foreach (var name in names.Except(biasOf.Values))
        {
            Plan(name);
        }

        Unrecorded = [.. Blocks.Where(block => !Recorded.Values.Any(uses => uses.Any(use => use.Block == block)))];
    }

    /// <summary>All blocks, in the order of first use.</summary>
    public List<ParameterBlock> Blocks { get; } = [];

    /// <summary>The blocks without a rule.</summary>
    public IReadOnlyList<ParameterBlock> Unrecorded { get; }

    /// <summary>The uses to record, by node.</summary>
    public Dictionary<OnnxNode, List<PlannedUse>> Recorded { get; } = [];

    private void Plan(string name)
    {
        var sites = paths.Sites(name);
        var weight = parameters[name];
        var bias = biasOf.TryGetValue(name, out var joined) ? parameters[joined] : null;
        if (Form(name) is not { } form)
        {
            Blocks.Add(new(name, weight, null, 1, weight.dim() > 1 ? weight.shape[0] : weight.numel(), weight.dim() > 1 ? weight.numel() / weight.shape[0] : 1, $"one backward pass an example ({WhySlow(name)})"));
            return;
        }

        var rules = sites.Select(site => FactorRules.Of(site.Node)!.Words(site) + (site.View.Kind == ViewKind.Derived ? ", through what made its input" : string.Empty)).Distinct();
        var block = new ParameterBlock(name, weight, bias, form.Groups, form.Outputs, form.Inputs, string.Join("; ", rules), form.Transposed);
        Blocks.Add(block);
        foreach (var site in sites)
        {
            (Recorded.TryGetValue(site.Node, out var uses) ? uses : Recorded[site.Node] = []).Add(new(site, FactorRules.Of(site.Node)!, block, form));
        }
    }

    /// <summary>The form of a parameter's block, or null where one of its uses has no rule.</summary>
    private MatrixForm? Form(string name)
    {
        var sites = paths.Sites(name);
        if (slow.Contains(name) || paths.Ruleless(name) is not null || sites.Count == 0 || sites.Any(site => FactorRules.Of(site.Node)?.Form(site) is null))
        {
            return null;
        }

        // A table's form comes first: its factors cannot be turned, those of products can.
        var own = sites.OrderBy(site => site.Node.OperatorName == "Gather" ? 0 : 1).Select(site => site.View.OnParameter(FactorRules.Of(site.Node)!.Form(site)!.Value)).OfType<MatrixForm>().ToList();
        var shape = parameters[name].shape;
        return own.Count > 0 ? own[0]
            : shape.Length > 1 ? new(1, shape[0], parameters[name].numel() / Math.Max(1, shape[0]), Transposed: false)
            : MatrixForm.Column(shape);
    }

    private string WhySlow(string name) =>
        !paths.Probed.IsBatched ? "the graph takes one row at a time"
        : slow.Contains(name) ? "its factors did not agree with automatic differentiation"
        : paths.Ruleless(name) ?? $"no rule for {string.Join(", ", paths.Sites(name).Where(site => FactorRules.Of(site.Node)?.Form(site) is null).Select(site => $"input {site.Slot} of {site.Node.OperatorName}").Distinct())}";

    /// <summary>The bias that is always used together with a weight, or null.</summary>
    private string? Bias(string name)
    {
        var sites = paths.Sites(name);
        var form = Form(name)!.Value;
        var pairs = sites.Select(site => FactorRules.Of(site.Node)!.Form(site) is { } read && site.View.OnParameter(read) == form ? BiasSite(site) : null).ToList();
        if (pairs.Any(pair => pair is null) || pairs.Select(pair => pair!.Value.Name).Distinct().ToList() is not [var bias])
        {
            return null;
        }

        var others = paths.Sites(bias);
        return parameters.TryGetValue(bias, out var tensor) && !slow.Contains(bias) && bias != name && !biasOf.ContainsValue(bias)
            && paths.Ruleless(bias) is null
            && tensor.numel() == form.Groups * form.Outputs && tensor.numel() > 0
            && others.Count == sites.Count && others.All(other => pairs.Any(pair => pair!.Value.Node == other.Node && pair.Value.Slot == other.Slot))
            ? bias : null;
    }

    /// <summary>The name of the bias at a use, and the node and input where it is read.</summary>
    private (string Name, OnnxNode Node, int Slot)? BiasSite(UseSite site)
    {
        if (FactorRules.Of(site.Node)!.BiasSlot(site) is { } slot)
        {
            return (site.Node.Inputs[slot], site.Node, slot);
        }

        // A product with the weight on the right, read by one addition along its last axis alone.
        var product = site.Node.Outputs[0];
        if (site.Node.OperatorName != "MatMul" || site.Slot != 1 || site.Shape.Length != 2 || paths.Graph.Body.ReadCounts.GetValueOrDefault(product) != 1)
        {
            return null;
        }

        var added = paths.Graph.Nodes.FirstOrDefault(node => node.Inputs.Contains(product));
        if (added is not { OperatorName: "Add", Domain.Length: 0 })
        {
            return null;
        }

        var place = added.Inputs[0] == product ? 1 : 0;
        var shape = paths.Probed.Shapes.GetValueOrDefault(added.Inputs[place]);
        var isAlong = shape is { Length: > 0 } && shape.Length <= site.OutputShape.Length && shape[^1] == site.OutputShape[^1] && shape.SkipLast(1).All(size => size == 1);
        return isAlong ? (added.Inputs[place], added, place) : null;
    }
}
