namespace Quietune.Data.Preprocessing;

/// <summary>What a proposed spec is to cover.</summary>
/// <param name="Label">The label's column.</param>
public sealed record ProposalOptions(string Label)
{
    /// <summary>Columns to use, by name or by pattern with *, in the order named. Default: all but the label, the unit and the excluded.</summary>
    public IReadOnlyList<string> Features { get; init; } = ["*"];

    /// <summary>Columns to leave out, by name or pattern. Default: none.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The privacy-unit column, which is never a feature. Default: none.</summary>
    public string? UnitColumn { get; init; }

    /// <summary>What the label is. Default: classes.</summary>
    public LabelKind LabelKind { get; init; }

    /// <summary>What becomes of columns of numbers. Default: standardised.</summary>
    public FeatureTreatment Treatment { get; init; }

    /// <summary>Shape of the model's input. Default: [number of floats].</summary>
    public IReadOnlyList<int>? InputShape { get; init; }

    /// <summary>Limit of standardised values, in deviations. Default 5.</summary>
    public double Clip { get; init; } = 5;
}
