namespace Quietune.Data.Preprocessing;

/// <summary>value × factor + offset, such as 1/255 for pixels.</summary>
/// <param name="Column">The column's name in the table.</param>
/// <param name="Factor">Factor, not 0.</param>
/// <param name="Offset">Added after the factor.</param>
/// <param name="Impute">Stands for a missing value, before the factor; null refuses missing values.</param>
public sealed record ScaleColumn(string Column, double Factor, double Offset = 0, double? Impute = null) : NumberColumn(Column, Impute)
{
    private protected override double Transform(double value, CellReader cells, int row) => (value * Factor) + Offset;

    internal override string? Problem() =>
        double.IsFinite(Factor) && Factor != 0 && double.IsFinite(Offset) ? null : $"Expected a finite factor other than 0 and a finite offset, got {Factor} and {Offset}";
}
