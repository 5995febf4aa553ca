namespace Quietune.Data.Clinical;

/// <summary>What is known of a patient at admission; NaN where it is not.</summary>
/// <param name="Age">Years.</param>
/// <param name="Gender">0 female, 1 male.</param>
/// <param name="Height">Centimetres.</param>
/// <param name="Weight">Kilograms at admission.</param>
/// <param name="IcuType">1 coronary care, 2 cardiac surgery recovery, 3 medical, 4 surgical.</param>
public sealed record StayDescription(float Age, float Gender, float Height, float Weight, float IcuType)
{
    /// <summary>Names of the fields, for expressions and tables.</summary>
    public static IReadOnlyList<string> FieldNames { get; } = ["Age", "Gender", "Height", "Weight", "ICUType"];

    /// <summary>A field by name, without regard to case.</summary>
    /// <exception cref="ArgumentException">No field has this name.</exception>
    public float Field(string name) => name.ToUpperInvariant() switch
    {
        "AGE" => Age,
        "GENDER" => Gender,
        "HEIGHT" => Height,
        "WEIGHT" => Weight,
        "ICUTYPE" => IcuType,
        _ => throw new ArgumentException($"Expected a field of {string.Join(", ", FieldNames)}, got '{name}'.", nameof(name)),
    };
}
