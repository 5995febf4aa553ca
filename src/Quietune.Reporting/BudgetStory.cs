namespace Quietune.Reporting;

/// <summary>A dataset's budget around one run, as its ledger tells it.</summary>
/// <param name="Dataset">The dataset's id.</param>
/// <param name="EpsilonGranted">ε that all releases together may spend.</param>
/// <param name="Delta">δ at which ε is counted.</param>
/// <param name="SpentBefore">ε spent and reserved before the run.</param>
/// <param name="SpentAfter">The same after it; less than the sum, for releases compose better than they add.</param>
/// <param name="Releases">How many releases count after it.</param>
public sealed record BudgetStory(string Dataset, double EpsilonGranted, double Delta, double SpentBefore, double SpentAfter, int Releases);
