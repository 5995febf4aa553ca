using System.Text;
using Quietune.Data.Tables;

namespace Quietune.Cli.Jobs;

/// <summary>Parts of a public table: the rows that share a value of a column.</summary>
internal static class RowGroups
{
    private const int MostGroups = 20;

    /// <summary>Reads the parts by each column, the largest first.</summary>
    /// <param name="reference">A table declared not private.</param>
    /// <param name="columns">The columns that part it.</param>
    /// <param name="rows">How many rows were evaluated.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="BadInputException">There is no such column, it has too many values, or the table changed.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<int> Rows)> Of(TableReference reference, IReadOnlyList<string> columns, int rows, CancellationToken cancellationToken)
    {
        if (columns.Count == 0)
        {
            return [];
        }

        var table = reference.Format == TableFormat.Idx ? throw new BadInputException($"--subgroup: expected a table with columns, got the images of {reference}.") : reference.Open();
        var missing = columns.FirstOrDefault(column => table.Columns.All(known => known.Name != column));
        return missing is null
            ? [.. columns.SelectMany(column => Of(table, column, rows, cancellationToken))]
            : throw new BadInputException($"--subgroup: expected one of {string.Join(", ", table.Columns.Select(column => column.Name))}, got '{missing}'.");
    }

    private static IEnumerable<(string Name, IReadOnlyList<int> Rows)> Of(ITable table, string column, int rows, CancellationToken cancellationToken)
    {
        var parts = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var row = 0;
        foreach (var chunk in table.Read([new(column, AsText: true)], sortedBy: null, cancellationToken))
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                var value = chunk.Columns[0].Missing[i] ? "missing" : Encoding.UTF8.GetString(chunk.Columns[0].Text(i)).Trim();
                if (!parts.TryGetValue(value, out var part))
                {
                    parts.Add(value, part = []);
                }

                if (parts.Count > MostGroups)
                {
                    throw new BadInputException($"--subgroup: expected a column of at most {MostGroups} values, got '{column}' with more.");
                }

                part.Add(row++);
            }
        }

        return row == rows
            ? parts.OrderByDescending(part => part.Value.Count).Select(part => ($"{column} = {part.Key}", (IReadOnlyList<int>)part.Value))
            : throw new BadInputException($"{table.Name}: expected {rows} rows as before, got {row}.");
    }
}
