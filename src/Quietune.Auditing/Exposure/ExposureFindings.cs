namespace Quietune.Auditing.Exposure;

/// <summary>How much of secrets that were inserted so many times a tuned model gives away.</summary>
/// <param name="Insertions">Sentences with the secret, each a privacy unit; 0 for secrets that were never there.</param>
/// <param name="Private">The exposure of each secret after private tuning, in bits.</param>
/// <param name="NonPrivate">The same after tuning without privacy.</param>
/// <param name="LargestExposure">The most that it can be.</param>
public sealed record ExposureFindings(int Insertions, IReadOnlyList<double> Private, IReadOnlyList<double> NonPrivate, double LargestExposure);
