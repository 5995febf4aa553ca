using System.Text;
using Quietune.Data.Tables;

namespace Quietune.Data.Preprocessing;

/// <summary>The rows of a table as examples, streamed; memory is that of a few batches whatever the number of rows.</summary>
internal sealed class TableExamples : IExampleSource
{
    private readonly ITable table;
    private readonly PreprocessingSpec spec;
    private readonly string? unitColumn;
    private readonly byte[][] missing;

    public TableExamples(ITable table, PreprocessingSpec spec, string? unitColumn)
    {
        (this.table, this.spec, this.unitColumn) = (table, spec, unitColumn);
        missing = [.. spec.Missing.Select(Encoding.UTF8.GetBytes)];
        InputShapes = [.. spec.Inputs.Select(input => input.Shape.ToArray())];
        var names = table.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var lacking = Requests().Select(request => request.Name).FirstOrDefault(name => !names.Contains(name));
        if (lacking is not null)
        {
            throw TableProblem.NoColumn(table, lacking);
        }
    }

    public IReadOnlyList<int[]> InputShapes { get; }

    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Batches(batchSize, cancellationToken);
    }

    private IEnumerable<ExampleBatch> Batches(int batchSize, CancellationToken cancellationToken)
    {
        var requests = Requests().ToArray();
        var readers = requests.Select(request => new CellReader(table, request.Name, missing)).ToArray();
        var rows = new RowBuffer([.. spec.Inputs.Select(input => input.Width)], unitColumn is not null);
        foreach (var chunk in table.Read(requests, unitColumn, cancellationToken))
        {
            for (var i = 0; i < requests.Length; i++)
            {
                readers[i].MoveTo(chunk, i);
            }

            rows.Extend(chunk.Count);
            Write(readers, rows);
            while (rows.TryTake(batchSize, atEnd: false) is { } batch)
            {
                yield return batch;
            }
        }

        while (rows.TryTake(batchSize, atEnd: true) is { } batch)
        {
            yield return batch;
        }
    }

    private void Write(CellReader[] readers, RowBuffer rows)
    {
        var reader = 0;
        for (var i = 0; i < spec.Inputs.Count; i++)
        {
            var input = spec.Inputs[i];
            var place = 0;
            foreach (var column in input.Columns)
            {
                column.Write(readers[reader++], rows.NewInput(i)[place..], input.Width);
                place += column.Width;
            }
        }

        spec.Label.Write(readers[reader++], rows.NewLabels);
        if (unitColumn is not null)
        {
            WriteUnits(readers[reader], rows);
        }
    }

    private static void WriteUnits(CellReader cells, RowBuffer rows)
    {
        for (var row = 0; row < cells.Count; row++)
        {
            if (cells.IsMissing(row))
            {
                throw cells.Problem(row, "a privacy unit in every row");
            }

            rows.SetUnit(row, cells.Text(row));
        }
    }

    private IEnumerable<ColumnRequest> Requests()
    {
        foreach (var column in spec.Inputs.SelectMany(input => input.Columns))
        {
            yield return new(column.Column, column.AsText);
        }

        yield return new(spec.Label.Column, spec.Label.AsText);
        if (unitColumn is not null)
        {
            yield return new(unitColumn, AsText: true);
        }
    }
}
