using System.IO.Compression;
using System.Text;

namespace Quietune.Data.Clinical.Mimic;

/// <summary>Writes one table of MIMIC in its published schema; columns without a value stay empty, values without a column are left out.</summary>
public sealed class MimicTableWriter : IDisposable
{
    private readonly StreamWriter writer;
    private readonly Dictionary<string, int> places;
    private readonly string?[] values;

    /// <summary>Begins a table.</summary>
    /// <param name="folder">The MIMIC folder; folders below it are made.</param>
    /// <param name="edition">Which MIMIC.</param>
    /// <param name="table">One of <see cref="MimicSchema.Tables"/>.</param>
    public MimicTableWriter(string folder, MimicEdition edition, string table)
    {
        var path = Path.Combine(folder, MimicSchema.FileName(edition, table));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        writer = new(new GZipStream(File.Create(path), CompressionLevel.Fastest), new UTF8Encoding(false), 1 << 16);
        var columns = MimicSchema.Columns(edition, table);
        places = columns.Select((column, i) => (column, i)).ToDictionary(pair => pair.column, pair => pair.i, StringComparer.OrdinalIgnoreCase);
        values = new string?[columns.Count];
        writer.Write(string.Join(',', columns) + "\n");
    }

    /// <summary>Writes one row.</summary>
    /// <param name="cells">Names of columns with their values.</param>
    public void Row(params ReadOnlySpan<(string Column, string Value)> cells)
    {
        Array.Clear(values);
        foreach (var (column, value) in cells)
        {
            if (places.TryGetValue(column, out var place))
            {
                values[place] = value.AsSpan().ContainsAny(",\"\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            writer.Write(values[i]);
            writer.Write(i + 1 < values.Length ? ',' : '\n');
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();
}
