using Quietune.Tuning.Mechanism;

namespace Quietune.Tuning.Rounds;

/// <summary>What a run did; everything here is public, or follows from releases.</summary>
/// <param name="Mechanism">The mechanism of each round.</param>
/// <param name="Steps">The multiple of each released step that was taken.</param>
/// <param name="Passes">Passes over the private rows.</param>
/// <param name="PrivatePassTime">Time spent in those passes. It depends on how many rows there are: for the owner's eyes, never in a certificate.</param>
/// <param name="IsSecure">Whether the noise came from a secure source.</param>
public sealed record TuningOutcome(QuadraticMechanism Mechanism, IReadOnlyList<double> Steps, int Passes, TimeSpan PrivatePassTime, bool IsSecure);
