namespace Quietune.Data.Clinical;

/// <summary>The first 48 hours of one intensive-care stay.</summary>
/// <param name="Admission">Who was admitted, and how it ended.</param>
/// <param name="Observations">Measured values, in order of time.</param>
public sealed record Stay(Admission Admission, IReadOnlyList<Observation> Observations);
