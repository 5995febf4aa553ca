using System.Diagnostics;

namespace Quietune.Tuning.Mechanism;

/// <summary>A value computed from private rows: it cannot be printed, logged, compared or taken out but by a release.</summary>
/// <typeparam name="T">What it holds; disposed with it where it can be.</typeparam>
[DebuggerDisplay("(private)")]
public sealed class Sensitive<T> : IDisposable
    where T : notnull
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly T value;

    internal Sensitive(T value) => this.value = value;

    /// <inheritdoc/>
    public void Dispose() => (value as IDisposable)?.Dispose();

    /// <summary>Says what this is, never what it holds.</summary>
    public override string ToString() => "(private)";

    /// <summary>The one way out: only a mechanism calls it.</summary>
    internal T Open() => value;
}
