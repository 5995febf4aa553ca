namespace Quietune.Reporting;

/// <summary>Shares of unseen examples read right, each in [0, 1].</summary>
/// <param name="Pretrained">Before tuning.</param>
/// <param name="Tuned">After private tuning.</param>
/// <param name="NonPrivate">After tuning on the same rows without privacy; null if it was not done.</param>
/// <param name="Rehearsed">What the rehearsal on public data foretold for the tuned model; null without one.</param>
public sealed record Accuracies(double Pretrained, double Tuned, double? NonPrivate = null, double? Rehearsed = null);
