namespace Quietune.Reporting;

/// <summary>One of our methods beside another, in runs that share their rows and seeds.</summary>
/// <param name="Epsilon">ε.</param>
/// <param name="Ours">Our method.</param>
/// <param name="Other">The other; with a warning where it looked at the answer.</param>
/// <param name="Difference">Ours less the other, mean over runs.</param>
/// <param name="StandardError">Its standard error; null for one run.</param>
/// <param name="PValue">Two-sided, by Student's paired test; null for one run.</param>
/// <param name="Wins">Runs in which ours is above.</param>
/// <param name="Runs">How many.</param>
public sealed record RacePair(double Epsilon, string Ours, string Other, double Difference, double? StandardError, double? PValue, int Wins, int Runs);
