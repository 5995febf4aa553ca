namespace Quietune.Cli.Experiments.Icu;

/// <summary>What one model says of the test rows.</summary>
/// <param name="Probabilities">One a row.</param>
/// <param name="Threshold">The one with the best Score 1 on public rows.</param>
internal sealed record Predicted(IReadOnlyList<double> Probabilities, double Threshold);
