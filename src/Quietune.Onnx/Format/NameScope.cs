namespace Quietune.Onnx.Format;

/// <summary>How names, attributes and operator sets are understood where nodes are read: in the model, or in a called function.</summary>
/// <param name="OperatorSets">The imported version of each domain.</param>
internal sealed record NameScope(IReadOnlyDictionary<string, long> OperatorSets)
{
    /// <summary>What stands before the names of a function's own values, so that two calls do not meet.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>The caller's names of a function's inputs and outputs.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>The attributes a function was called with, or its defaults.</summary>
    public IReadOnlyDictionary<string, OnnxAttribute> Attributes { get; init; } = new Dictionary<string, OnnxAttribute>();

    /// <summary>How many calls are around this one.</summary>
    public int Depth { get; init; }

    /// <summary>A value's name in the whole graph.</summary>
    public string Resolve(string name) =>
        name.Length == 0 || Prefix.Length == 0 ? name : Names.GetValueOrDefault(name, Prefix + name);
}
