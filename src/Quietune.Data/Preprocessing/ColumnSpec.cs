using System.Text.Json.Serialization;

namespace Quietune.Data.Preprocessing;

/// <summary>How one column becomes floats of a model input.</summary>
/// <param name="Column">The column's name in the table.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(StandardiseColumn), "standardise")]
[JsonDerivedType(typeof(ScaleColumn), "scale")]
[JsonDerivedType(typeof(PassColumn), "pass")]
[JsonDerivedType(typeof(OneHotColumn), "one-hot")]
[JsonDerivedType(typeof(IndexColumn), "index")]
public abstract record ColumnSpec(string Column)
{
    /// <summary>Number of floats that the column becomes.</summary>
    [JsonIgnore]
    public abstract int Width { get; }

    /// <summary>Whether the column is read as text.</summary>
    [JsonIgnore]
    internal abstract bool AsText { get; }

    /// <summary>Turns the values of a chunk into floats.</summary>
    /// <param name="cells">The column's cells in the chunk.</param>
    /// <param name="target">Receives row r's floats from place r × <paramref name="stride"/>.</param>
    /// <param name="stride">Distance between rows.</param>
    internal abstract void Write(CellReader cells, Span<float> target, int stride);

    /// <summary>What is wrong with the settings, or null.</summary>
    internal abstract string? Problem();
}
