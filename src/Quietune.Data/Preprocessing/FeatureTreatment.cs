namespace Quietune.Data.Preprocessing;

/// <summary>What a proposal makes of columns of numbers.</summary>
public enum FeatureTreatment
{
    /// <summary>Standardise with clipping; a missing value becomes the public mean.</summary>
    Standardise,

    /// <summary>Divide by 255, for pixels.</summary>
    Pixels,

    /// <summary>Leave as it is, for token ids and features that are ready for the model.</summary>
    Pass,
}
