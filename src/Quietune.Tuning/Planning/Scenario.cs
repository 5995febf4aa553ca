using Quietune.Data;

namespace Quietune.Tuning.Planning;

/// <summary>Public data in the role of the private data: what the rehearsal tunes on, and what it measures on.</summary>
/// <param name="Name">What the scenario pretends, for people.</param>
/// <param name="StandIn">Public rows in the private rows' place; as many as the nominal size.</param>
/// <param name="Evaluation">Other public rows of the same kind.</param>
public sealed record Scenario(string Name, InMemoryExamples StandIn, InMemoryExamples Evaluation);
