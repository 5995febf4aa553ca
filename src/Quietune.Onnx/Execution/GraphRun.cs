using Quietune.Onnx.Format;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Execution;

/// <summary>One run of a graph: every node passes through <see cref="Compute"/>, where errors get their sentence and observers look on.</summary>
/// <param name="graph">The graph.</param>
/// <param name="observer">Sees each node, or null.</param>
internal sealed class GraphRun(OnnxGraph graph, INodeObserver? observer)
{
    /// <summary>The file, as errors name it.</summary>
    public string Path => graph.Path;

    /// <summary>The most bytes one value may take.</summary>
    public long LargestValueBytes => graph.LargestValueBytes;

    /// <summary>The elements of a stored tensor, kept for further runs.</summary>
    public Tensor Constant(StoredTensor stored) => graph.Constant(stored);

    /// <summary>Runs the graph; the values wanted move to the caller's dispose scope.</summary>
    public Dictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> parameters, IReadOnlyList<string> wanted)
    {
        using var scope = NewDisposeScope();
        var values = new ValueScope(null);
        foreach (var (name, tensor) in inputs)
        {
            values.Add(name, tensor, dependsOnData: true);
        }

        foreach (var (name, tensor) in parameters)
        {
            values.Add(name, tensor, dependsOnData: false);
        }

        var outputs = Run(graph.Body, values, wanted);
        if (observer is not null)
        {
            scope.MoveToOuter(scope.DisposablesView.ToList());
        }

        return wanted.Distinct().ToDictionary(name => name, name => Owned(scope, outputs[name]).MoveToOuterDisposeScope());
    }

    /// <summary>Runs a subgraph inside the values around it; the outputs live in the current dispose scope.</summary>
    public Tensor[] Run(GraphBody body, ValueScope? outer, string place)
    {
        var outputs = Run(body, new ValueScope(outer), [.. body.Outputs.Select(output => output.Name)]);
        return [.. body.Outputs.Select(output => outputs.GetValueOrDefault(output.Name)
            ?? throw Refusal.Of(Path, $"{place}: expected a value for output '{output.Name}' of its branch, got none."))];
    }

    private Dictionary<string, Tensor> Run(GraphBody body, ValueScope values, IReadOnlyList<string> wanted)
    {
        foreach (var (name, initializer) in body.Initializers.Where(pair => body.IsRead(pair.Key) && !values.Own.ContainsKey(pair.Key)))
        {
            values.Add(name, graph.Constant(initializer.Stored), dependsOnData: false);
        }

        var unread = new Dictionary<string, int>(body.ReadCounts);
        foreach (var name in wanted)
        {
            unread[name] = unread.GetValueOrDefault(name) + 1;
        }

        foreach (var node in body.Nodes)
        {
            var inputs = node.Inputs.Select(name => name.Length == 0 ? null : values.Find(name)).ToArray();
            var outputs = Compute(node, inputs, values);
            observer?.Computed(node, inputs, outputs);
            var dependsOnData = node.OperatorName is not ("Shape" or "Size") && node.Reads.Any(values.DependsOnData);
            for (var i = 0; i < outputs.Length; i++)
            {
                if (i < node.Outputs.Count && node.Outputs[i].Length > 0)
                {
                    values.Add(node.Outputs[i], outputs[i], dependsOnData);
                }
            }

            if (observer is null)
            {
                FreeUnneeded(node, outputs);
            }
        }

        return wanted.Distinct().Where(name => values.Find(name) is not null)
            .ToDictionary(name => name, name => values.Find(name)!);

        void FreeUnneeded(OnnxNode node, Tensor[] outputs)
        {
            foreach (var name in node.Reads)
            {
                if (--unread[name] == 0 && body.IsMade(name))
                {
                    values.Free(name);
                }
            }

            for (var i = 0; i < outputs.Length; i++)
            {
                if (i >= node.Outputs.Count || node.Outputs[i].Length == 0)
                {
                    outputs[i].Dispose();
                }
                else if (!unread.ContainsKey(node.Outputs[i]))
                {
                    values.Free(node.Outputs[i]);
                }
            }
        }
    }

    /// <summary>Computes one node; all that it made but its outputs is disposed.</summary>
    private Tensor[] Compute(OnnxNode node, Tensor?[] inputs, ValueScope values)
    {
        if (node.Inputs.Where((name, i) => name.Length > 0 && inputs[i] is null).FirstOrDefault() is { } missing)
        {
            throw Refusal.Of(Path, $"{node.Label}: expected a value for its input '{missing}', got none.");
        }

        try
        {
            using var scope = NewDisposeScope();
            var outputs = OperatorTable.Find(Path, node)(new NodeCall(this, node, inputs, values));
            if (node.Outputs.Skip(outputs.Length).FirstOrDefault(output => output.Length > 0) is { } unmade)
            {
                throw Refusal.Of(Path, $"{node.Label}: expected at most {outputs.Length} outputs, got '{unmade}' as another.");
            }

            for (var i = 0; i < outputs.Length; i++)
            {
                outputs[i] = outputs.AsSpan(0, i).Contains(outputs[i]) ? outputs[i].alias() : Owned(scope, outputs[i]);
            }

            scope.MoveToOuter(outputs);
            return outputs;
        }
        catch (Exception error) when (error is not InvalidDataException and not FileNotFoundException)
        {
            var reason = error.Message.Split('\n')[0].TrimEnd('.', ' ', '\r');
            throw Refusal.Of(Path, $"{node.Label} could not be computed on inputs {string.Join(", ", inputs.Select(Describe))}: {reason}.", error);
        }
    }

    /// <summary>The tensor itself when it was made in this scope, else another handle of it, so that freeing one leaves the other.</summary>
    private static Tensor Owned(DisposeScope scope, Tensor tensor) => scope.Contains(tensor) ? tensor : tensor.alias();

    private static string Describe(Tensor? tensor) => tensor is null ? "none" : $"{tensor.dtype}{Shapes.Text(tensor.shape)}";
}
