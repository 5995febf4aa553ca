namespace Quietune.Data.Preprocessing;

/// <summary>The value itself, such as a token id.</summary>
/// <param name="Column">The column's name in the table.</param>
/// <param name="Minimum">Least value accepted; null for no bound.</param>
/// <param name="Maximum">Largest value accepted, such as the vocabulary size less one; null for no bound.</param>
/// <param name="Impute">Stands for a missing value, such as the padding token; null refuses missing values.</param>
public sealed record PassColumn(string Column, double? Minimum = null, double? Maximum = null, double? Impute = null) : NumberColumn(Column, Impute)
{
    private protected override double Transform(double value, CellReader cells, int row) =>
        value < Minimum || value > Maximum
            ? throw cells.Problem(row, $"a number from {Minimum?.ToString() ?? "−∞"} to {Maximum?.ToString() ?? "∞"}")
            : value;

    internal override string? Problem() => Minimum > Maximum ? $"Expected a minimum up to the maximum, got {Minimum} and {Maximum}" : null;
}
