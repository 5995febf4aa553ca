namespace Quietune.Data.Preprocessing;

/// <summary>(value − mean) / deviation, limited to ±clip.</summary>
/// <param name="Column">The column's name in the table.</param>
/// <param name="Mean">Mean of the public column.</param>
/// <param name="Deviation">Standard deviation of the public column, above 0.</param>
/// <param name="Clip">Limit in deviations, above 0. Default 5: beyond the bulk of any light-tailed column, and a bound on what one row can do.</param>
/// <param name="Impute">Stands for a missing value; null refuses missing values.</param>
public sealed record StandardiseColumn(string Column, double Mean, double Deviation, double Clip = 5, double? Impute = null) : NumberColumn(Column, Impute)
{
    private protected override double Transform(double value, CellReader cells, int row) => Math.Clamp((value - Mean) / Deviation, -Clip, Clip);

    internal override string? Problem() => (double.IsFinite(Mean), Deviation is > 0 and < double.PositiveInfinity, Clip is > 0 and < double.PositiveInfinity) switch
    {
        (false, _, _) => $"Expected a finite mean, got {Mean}",
        (_, false, _) => $"Expected a deviation above 0, got {Deviation}",
        (_, _, false) => $"Expected a clip above 0, got {Clip}",
        _ => null,
    };
}
