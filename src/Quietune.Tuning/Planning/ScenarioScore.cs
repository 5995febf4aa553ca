namespace Quietune.Tuning.Planning;

/// <summary>How a plan did on one scenario.</summary>
/// <param name="Name">The scenario.</param>
/// <param name="Before">What the pretrained model reaches: accuracy, or what the rehearsal measures.</param>
/// <param name="After">The same of the tuned model, for each draw.</param>
public sealed record ScenarioScore(string Name, double Before, IReadOnlyList<double> After);
