namespace Quietune.Data.Tables;

/// <summary>A table whose rows stream in chunks; it may be larger than memory.</summary>
public interface ITable
{
    /// <summary>What messages call the table: a path, a query or a database address, never a password.</summary>
    string Name { get; }

    /// <summary>Whether messages must keep its values to themselves.</summary>
    bool IsPrivate { get; }

    /// <summary>The columns, in the table's order, with unique names.</summary>
    IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Reads all rows from the first, in the table's order or sorted by one column.</summary>
    /// <param name="columns">The columns wanted, in the order wanted; one may come twice.</param>
    /// <param name="sortedBy">Column whose equal values must be adjacent, compared as text without outer blanks; null keeps the table's order.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>One chunk again and again: its content is overwritten by the next.</returns>
    /// <exception cref="InvalidDataException">A column is missing or the rows cannot be read.</exception>
    IEnumerable<TableChunk> Read(IReadOnlyList<ColumnRequest> columns, string? sortedBy = null, CancellationToken cancellationToken = default);
}
