namespace Quietune.Data.Clinical.Features;

/// <summary>One feature of a stay.</summary>
/// <param name="Name">Such as <c>Age</c>, <c>ICUType_2</c> or <c>Lactate_max</c>.</param>
/// <param name="Variable">Place of its variable in <see cref="ClinicalVariables.All"/>; null for what describes the patient.</param>
/// <param name="Statistic">What it says of the variable; null for what describes the patient.</param>
public sealed record FeatureColumn(string Name, int? Variable, Statistic? Statistic)
{
    /// <summary>The features of a stay: age, gender, height, four kinds of unit, and eight statistics of each variable.</summary>
    public static IReadOnlyList<FeatureColumn> All { get; } =
    [
        .. new[] { "Age", "Gender", "Height", "ICUType_1", "ICUType_2", "ICUType_3", "ICUType_4" }.Select(name => new FeatureColumn(name, null, null)),
        .. from variable in Enumerable.Range(0, ClinicalVariables.Count)
           from statistic in Enum.GetValues<Statistic>()
           select new FeatureColumn($"{ClinicalVariables.All[variable].Name}_{statistic.ToString().ToLowerInvariant()}", variable, statistic),
    ];

    /// <summary>Whether models see the logarithm: counts, and the levels and slopes of skewed variables.</summary>
    public bool IsLogarithmic =>
        Statistic == Features.Statistic.Count || (Statistic is not null and not Features.Statistic.Missing && ClinicalVariables.All[Variable!.Value].IsSkewed);
}
