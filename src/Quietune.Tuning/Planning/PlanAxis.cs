namespace Quietune.Tuning.Planning;

/// <summary>One setting that a rehearsal may vary.</summary>
/// <param name="Name">The setting's name.</param>
/// <param name="Values">What to try.</param>
/// <param name="Apply">The candidate with this setting at a value.</param>
public sealed record PlanAxis(string Name, IReadOnlyList<double> Values, Func<Candidate, double, Candidate> Apply);
