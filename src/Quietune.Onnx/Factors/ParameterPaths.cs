namespace Quietune.Onnx.Factors;

/// <summary>The way of every float initializer to the places where it meets rows.</summary>
internal sealed class ParameterPaths
{
    private static readonly HashSet<string> Reshaping = ["Identity", "Cast", "CastLike", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout"];

    private readonly Dictionary<string, List<UseSite>> sites = [];
    private readonly Dictionary<string, string> ruleless = [];

    /// <summary>Follows the initializers through a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="probed">What runs showed of it.</param>
    /// <param name="output">The value that the loss reads.</param>
    public ParameterPaths(OnnxGraph graph, ProbedGraph probed, string output)
    {
        Graph = graph;
        Probed = probed;
        var needed = Needed(graph, output);
        var values = graph.Initializers.Values.Where(initializer => initializer.IsFloating && initializer.ElementCount > 0)
            .ToDictionary(initializer => initializer.Name, initializer => new Origin([initializer.Name], default));
        var fromData = graph.Inputs.Select(input => input.Name).ToHashSet();
        for (var index = 0; index < graph.Nodes.Count; index++)
        {
            var node = graph.Nodes[index];
            if (!node.Outputs.Any(needed.Contains))
            {
                continue;
            }

            var hasRows = probed.IsBatched ? node.Outputs.Any(probed.Layouts.ContainsKey) : node.Reads.Any(fromData.Contains);
            if (node.OperatorName is not ("Shape" or "Size") && node.Reads.Any(fromData.Contains))
            {
                fromData.UnionWith(node.Outputs);
            }

            foreach (var name in node.Reads.Except(node.Inputs).SelectMany(name => values.GetValueOrDefault(name)?.Names ?? []))
            {
                ruleless[name] = $"read within a branch of {node.OperatorName}";
                sites.TryAdd(name, []);
            }

            var slots = Enumerable.Range(0, node.Inputs.Count).Where(slot => values.ContainsKey(node.Inputs[slot])).ToList();
            if (slots.Count > 0 && (hasRows || node.Inputs.Any(probed.Layouts.ContainsKey)))
            {
                slots.ForEach(slot => Meet(node, index, slot, values[node.Inputs[slot]]));
            }
            else if (slots.Count > 0 && node.Outputs[0].Length > 0 && probed.Floating.Contains(node.Outputs[0]))
            {
                Derive(node, slots, values);
            }
        }
    }

    /// <summary>The graph.</summary>
    public OnnxGraph Graph { get; }

    /// <summary>What runs showed of it.</summary>
    public ProbedGraph Probed { get; }

    /// <summary>The names of the initializers that reach the output, in the order of their first use.</summary>
    public IEnumerable<string> Names => sites.Keys;

    /// <summary>The places where an initializer meets rows.</summary>
    public IReadOnlyList<UseSite> Sites(string name) => sites.GetValueOrDefault(name) ?? [];

    /// <summary>Why no rule can hold for an initializer, or null.</summary>
    public string? Ruleless(string name) => ruleless.GetValueOrDefault(name);

    /// <summary>The values that the output needs.</summary>
    private static HashSet<string> Needed(OnnxGraph graph, string output)
    {
        var needed = new HashSet<string> { output };
        foreach (var node in graph.Nodes.Reverse().Where(node => node.Outputs.Any(needed.Contains)))
        {
            needed.UnionWith(node.Reads);
        }

        return needed;
    }

    private void Meet(OnnxNode node, int index, int slot, Origin origin)
    {
        RowLayout? layout = Probed.Layouts.TryGetValue(node.Outputs[0], out var found) ? found : null;
        var shapes = node.Inputs.Select(input => Probed.Shapes.GetValueOrDefault(input)).ToArray();
        foreach (var name in origin.Names)
        {
            var site = new UseSite(node, index, slot, origin.View, layout, shapes, Probed.Shapes.GetValueOrDefault(node.Outputs[0]) ?? []);
            (sites.TryGetValue(name, out var known) ? known : sites[name] = []).Add(site);
        }
    }

    private void Derive(OnnxNode node, List<int> slots, Dictionary<string, Origin> values)
    {
        var first = values[node.Inputs[slots[0]]];
        var isView = slots is [0] && first.Names.Count == 1 && node.Domain.Length == 0;
        var shape = Probed.Shapes[node.Inputs[slots[0]]];
        var view = !isView ? new(ViewKind.Derived)
            : Reshaping.Contains(node.OperatorName) ? first.View
            : node.OperatorName == "Transpose" ? first.View.Permuted(shape, node.Attributes.GetValueOrDefault("perm")?.Integers is { Count: > 0 } order ? order : [.. Enumerable.Range(0, shape.Length).Reverse().Select(axis => (long)axis)])
            : new ParameterView(ViewKind.Derived);
        var names = slots.SelectMany(slot => values[node.Inputs[slot]].Names).Distinct().ToList();
        foreach (var output in node.Outputs.Where(output => output.Length > 0))
        {
            values[output] = new(names, view);
        }
    }

    private sealed record Origin(IReadOnlyList<string> Names, ParameterView View);
}
