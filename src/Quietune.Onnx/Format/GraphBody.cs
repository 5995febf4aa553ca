namespace Quietune.Onnx.Format;

/// <summary>The content of a graph or subgraph: its nodes in an order in which they can be computed.</summary>
internal sealed class GraphBody
{
    private readonly Dictionary<string, int> makers = [];

    /// <summary>Orders the nodes and finds what they read from around the graph.</summary>
    /// <param name="path">The file, as errors name it.</param>
    /// <param name="nodes">The nodes in the file's order.</param>
    /// <param name="inputs">The declared inputs.</param>
    /// <param name="outputs">The declared outputs.</param>
    /// <param name="initializers">The constants.</param>
    /// <exception cref="InvalidDataException">A value is made twice, or nodes wait for each other.</exception>
    public GraphBody(string path, IReadOnlyList<OnnxNode> nodes, IReadOnlyList<OnnxValue> inputs, IReadOnlyList<OnnxValue> outputs, IReadOnlyList<OnnxInitializer> initializers)
    {
        Inputs = inputs;
        Outputs = outputs;
        var byName = new Dictionary<string, OnnxInitializer>();
        foreach (var initializer in initializers)
        {
            if (initializer.Name.Length == 0 || !byName.TryAdd(initializer.Name, initializer))
            {
                throw Refusal.Of(path, $"expected initializers of different names, got '{initializer.Name}' twice or without a name.");
            }
        }

        Initializers = byName;
        var known = new HashSet<string>(byName.Keys);
        known.UnionWith(inputs.Select(input => input.Name));
        for (var i = 0; i < nodes.Count; i++)
        {
            foreach (var output in nodes[i].Outputs.Where(output => output.Length > 0))
            {
                if (known.Contains(output) || !makers.TryAdd(output, i))
                {
                    throw Refusal.Of(path, $"{nodes[i].Label}: expected each value to be made once, got '{output}' made again.");
                }
            }
        }

        Nodes = Ordered(path, nodes, makers);
        ReadCounts = nodes.SelectMany(node => node.Reads).Concat(outputs.Select(output => output.Name)).CountBy(name => name).ToDictionary();
        Captures = [.. ReadCounts.Keys.Where(name => !known.Contains(name) && !makers.ContainsKey(name))];
    }

    /// <summary>The nodes, each after those whose values it reads.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>The declared inputs, without those that are initializers.</summary>
    public IReadOnlyList<OnnxValue> Inputs { get; }

    /// <summary>The declared outputs.</summary>
    public IReadOnlyList<OnnxValue> Outputs { get; }

    /// <summary>The constants by name.</summary>
    public IReadOnlyDictionary<string, OnnxInitializer> Initializers { get; }

    /// <summary>The values read from around the graph.</summary>
    public IReadOnlyList<string> Captures { get; }

    /// <summary>How often each value is read, by nodes or as an output.</summary>
    public IReadOnlyDictionary<string, int> ReadCounts { get; }

    /// <summary>Whether a node or an output reads the value.</summary>
    public bool IsRead(string name) => ReadCounts.ContainsKey(name);

    /// <summary>Whether a node of this graph makes the value.</summary>
    public bool IsMade(string name) => makers.ContainsKey(name);

    /// <summary>Kahn's order, earliest node of the file first.</summary>
    private static List<OnnxNode> Ordered(string path, IReadOnlyList<OnnxNode> nodes, Dictionary<string, int> makers)
    {
        var waits = new int[nodes.Count];
        var readers = new List<int>[nodes.Count];
        var ready = new PriorityQueue<int, int>();
        for (var i = 0; i < nodes.Count; i++)
        {
            foreach (var maker in nodes[i].Reads.Where(makers.ContainsKey).Select(name => makers[name]).Distinct())
            {
                (readers[maker] ??= []).Add(i);
                waits[i]++;
            }

            if (waits[i] == 0)
            {
                ready.Enqueue(i, i);
            }
        }

        var ordered = new List<OnnxNode>(nodes.Count);
        while (ready.TryDequeue(out var next, out _))
        {
            ordered.Add(nodes[next]);
            foreach (var reader in readers[next] ?? [])
            {
                if (--waits[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        return ordered.Count == nodes.Count
            ? ordered
            : throw Refusal.Of(path, $"{nodes[Array.FindIndex(waits, count => count > 0)].Label}: expected a graph without cycles, got a node that waits for its own output.");
    }
}
