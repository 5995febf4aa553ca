namespace Quietune.Tuning.Planning;

/// <summary>How a plan did on one scenario.</summary>
/// <param name="Name">The scenario.</param>
/// <param name="Before">Accuracy of the pretrained model.</param>
/// <param name="After">Accuracy of the tuned model, for each draw.</param>
public sealed record ScenarioScore(string Name, double Before, IReadOnlyList<double> After);
