namespace Quietune.Auditing.Canaries;

/// <summary>A row made to be found.</summary>
/// <param name="Kind">What makes it stand out.</param>
/// <param name="Features">Its features, as the model takes them.</param>
/// <param name="Label">Its label.</param>
public sealed record Canary(string Kind, float[] Features, float Label)
{
    /// <summary>A usual row with a wrong label.</summary>
    public const string Mislabelled = "mislabelled";

    /// <summary>A row of no kind that the model has seen: each feature from another row.</summary>
    public const string OutOfDistribution = "out of distribution";

    /// <summary>A row whose gradient points where the other rows' gradients point.</summary>
    public const string GradientAligned = "gradient-aligned";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Mislabelled, OutOfDistribution, GradientAligned];
}
