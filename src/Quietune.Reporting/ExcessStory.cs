namespace Quietune.Reporting;

/// <summary>How far one release's noise puts the quadratic model above its minimum, per unit.</summary>
/// <param name="Expected">What the law of the noise foretells on average.</param>
/// <param name="PassedInOnePercent">What is passed with probability 1 % at most.</param>
/// <param name="AchievedMean">The mean over draws of the same mechanism around nothing, without a private row.</param>
/// <param name="AchievedLargest">The largest of them.</param>
/// <param name="Draws">How many there were.</param>
public sealed record ExcessStory(double Expected, double PassedInOnePercent, double AchievedMean, double AchievedLargest, int Draws);
