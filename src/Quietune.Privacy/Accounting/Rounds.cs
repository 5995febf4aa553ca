namespace Quietune.Privacy.Accounting;

/// <summary>One primitive release, after nesting has been resolved.</summary>
internal abstract record Round;

/// <summary>Normal noise on a Poisson sample, seen by a group; the noise multiplier is relative to one unit.</summary>
internal sealed record GaussianRound(double SamplingRate, double NoiseMultiplier, int GroupSize) : Round;

/// <summary>ε-differential privacy of which nothing else is known.</summary>
internal sealed record PureRound(double Epsilon) : Round;

/// <summary>(ε, δ)-differential privacy of which nothing else is known.</summary>
internal sealed record ApproximateRound(double Epsilon, double Delta) : Round;

/// <summary>A privacy loss of range at most ε.</summary>
internal sealed record BoundedRangeRound(double Epsilon) : Round;

/// <summary>The best of a random number of tries.</summary>
internal sealed record SelectionRound(PrivacyEvent Inner, TrialCount Trials) : Round;
