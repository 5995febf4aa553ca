namespace Quietune.Reporting;

/// <summary>The public curvature of one coordinate.</summary>
/// <param name="Rank">Its place from the strongest, from 1.</param>
/// <param name="Curvature">In units of the mean over all coordinates.</param>
public sealed record SpectrumPoint(long Rank, double Curvature);
