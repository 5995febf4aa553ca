using System.Text;
using Quietune.Data.Tables;

namespace Quietune.Data.Tests.Tables;

/// <summary>A table of texts in memory, in chunks of a given size, for the tests of what stands on tables.</summary>
internal sealed class ListTable(string[] columns, string?[][] rows, int chunkRows = 3, bool isPrivate = false) : ITable
{
    public string Name => "list";

    public bool IsPrivate => isPrivate;

    public IReadOnlyList<TableColumn> Columns => [.. columns.Select(column => new TableColumn(column, IsNumber: false))];

    public IEnumerable<TableChunk> Read(IReadOnlyList<ColumnRequest> requests, string? sortedBy = null, CancellationToken cancellationToken = default)
    {
        var places = requests.Select(request => Array.IndexOf(columns, request.Name)).ToArray();
        var numbered = rows.Select((row, i) => (Row: row, Number: i + 1));
        var sorted = sortedBy is null ? numbered : numbered.OrderBy(pair => pair.Row[Array.IndexOf(columns, sortedBy)], StringComparer.Ordinal);
        var chunk = new TableChunk(requests.Count);
        foreach (var part in sorted.Chunk(chunkRows))
        {
            chunk.Count = part.Length;
            chunk.RowNumbers.Clear(isText: false);
            for (var i = 0; i < places.Length; i++)
            {
                chunk.Columns[i].Clear(isText: true);
                foreach (var (row, _) in part)
                {
                    if (row[places[i]] is { } text)
                    {
                        chunk.Columns[i].AddText(Encoding.UTF8.GetBytes(text));
                    }
                    else
                    {
                        chunk.Columns[i].AddMissing();
                    }
                }
            }

            foreach (var (_, number) in part)
            {
                chunk.RowNumbers.AddNumber(number);
            }

            yield return chunk;
        }
    }
}
