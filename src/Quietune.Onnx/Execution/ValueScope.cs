using static TorchSharp.torch;

namespace Quietune.Onnx.Execution;

/// <summary>The values a graph can read: its own, then those of the graph around it.</summary>
/// <param name="outer">The values of the graph around this one, or null.</param>
internal sealed class ValueScope(ValueScope? outer)
{
    private readonly Dictionary<string, Tensor> values = [];
    private readonly HashSet<string> fromData = [];

    /// <summary>The graph's own values.</summary>
    public IReadOnlyDictionary<string, Tensor> Own => values;

    /// <summary>Adds a value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    /// <param name="dependsOnData">Whether the elements of the graph's inputs, not their shapes alone, went into it.</param>
    public void Add(string name, Tensor value, bool dependsOnData)
    {
        values[name] = value;
        if (dependsOnData)
        {
            fromData.Add(name);
        }
    }

    /// <summary>Whether the elements of the graph's inputs went into a value.</summary>
    public bool DependsOnData(string name) => values.ContainsKey(name) ? fromData.Contains(name) : outer?.DependsOnData(name) ?? false;

    /// <summary>Frees one of the graph's own values.</summary>
    public void Free(string name)
    {
        if (values.Remove(name, out var value))
        {
            value.Dispose();
        }
    }

    /// <summary>A value by name, or null.</summary>
    public Tensor? Find(string name) => values.TryGetValue(name, out var value) ? value : outer?.Find(name);
}
