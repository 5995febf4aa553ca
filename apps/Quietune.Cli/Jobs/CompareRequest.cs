using Quietune.Cli.Experiments.Races;

namespace Quietune.Cli.Jobs;

/// <summary>What <c>quietune compare</c> was asked to do.</summary>
/// <param name="Public">The model and its public rows; each of the race's budgets takes the place of its own.</param>
/// <param name="PrivateData">Rows in the private role, declared public.</param>
/// <param name="TestData">Rows of the private kind that only measure, declared public.</param>
/// <param name="Entries">Who races; each seed draws noise.</param>
internal sealed record CompareRequest(PublicRequest Public, string PrivateData, string TestData, RaceEntries Entries);
