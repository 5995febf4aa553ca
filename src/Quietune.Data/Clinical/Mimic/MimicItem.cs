namespace Quietune.Data.Clinical.Mimic;

/// <summary>What one item of an event table measures.</summary>
/// <param name="Item">The item's number.</param>
/// <param name="Quantity">Place of its variable in <see cref="ClinicalVariables.All"/>, or one of the quantities behind them.</param>
/// <param name="Scale">Factor to the variable's unit.</param>
/// <param name="Shift">Added after the factor.</param>
/// <param name="Reading">How the value is read.</param>
internal sealed record MimicItem(int Item, int Quantity, double Scale = 1, double Shift = 0, MimicReading Reading = MimicReading.Number)
{
    /// <summary>Height in centimetres: no time series.</summary>
    public static int Height => ClinicalVariables.Count;

    /// <summary>Eyes, words and movement of the Glasgow coma scale, which are added up.</summary>
    public static int Coma => ClinicalVariables.Count + 1;
}
