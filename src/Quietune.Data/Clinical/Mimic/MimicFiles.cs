using Quietune.Data.Tables;

namespace Quietune.Data.Clinical.Mimic;

/// <summary>The files of a MIMIC folder, each a relation that DuckDB reads in place; a missing file or column is named.</summary>
internal sealed class MimicFiles
{
    private const int LongestRow = 2_000_000;
    private static readonly string[] Endings = [".csv.gz", ".csv"];
    private readonly string folder;

    /// <summary>Finds out which edition lies in a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">It holds neither edition.</exception>
    public MimicFiles(string folder)
    {
        this.folder = folder;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder} does not exist; expected a folder with MIMIC-IV (hosp, icu) or MIMIC-III (ICUSTAYS.csv.gz …).");
        }

        Edition = EditionOf(folder) ?? throw new FileNotFoundException($"{folder} holds neither icu/icustays.csv.gz (MIMIC-IV) nor ICUSTAYS.csv.gz (MIMIC-III).");
    }

    /// <summary>The edition.</summary>
    public MimicEdition Edition { get; }

    /// <summary>The edition in a folder, or null.</summary>
    public static MimicEdition? EditionOf(string folder) =>
        Find(folder, "icu/icustays") is not null ? MimicEdition.Four
        : Find(folder, "icustays") is not null ? MimicEdition.Three
        : null;

    /// <summary>A table as a relation of texts.</summary>
    /// <param name="table">Such as <c>icu/chartevents</c>.</param>
    /// <param name="columns">Columns that will be asked for.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public string Relation(string table, params ReadOnlySpan<string> columns)
    {
        var name = Edition == MimicEdition.Four ? table : Path.GetFileName(table).ToUpperInvariant();
        var path = Find(folder, Edition == MimicEdition.Four ? table : Path.GetFileName(table))
            ?? throw new FileNotFoundException($"{Path.Combine(folder, name)}.csv.gz does not exist; expected it beside the other tables of {(Edition == MimicEdition.Four ? "MIMIC-IV" : "MIMIC-III")}.");
        var header = CsvHeader.Read(path);
        foreach (var column in columns)
        {
            if (!header.Names.Contains(column, StringComparer.OrdinalIgnoreCase))
            {
                throw new InvalidDataException($"{path} has no column '{column}'; it has {string.Join(", ", header.Names)}.");
            }
        }

        return $$"""
            read_csv({{DuckDbSession.Literal(path)}}, auto_detect = false, header = true, max_line_size = {{LongestRow}}, delim = ',', quote = '"', escape = '"',
                columns = {{{string.Join(", ", header.Names.Select(column => $"{DuckDbSession.Literal(column.ToLowerInvariant())}: 'VARCHAR'"))}}})
            """;
    }

    private static string? Find(string folder, string table) =>
        new[] { table, table.ToUpperInvariant() }
            .SelectMany(name => Endings.Select(ending => Path.Combine(folder, name + ending)))
            .FirstOrDefault(File.Exists);
}
