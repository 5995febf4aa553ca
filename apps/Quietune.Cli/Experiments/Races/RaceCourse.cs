using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments.Races;

/// <summary>Where methods are compared: the same model, private rows, noise and measure for all of them.</summary>
/// <typeparam name="T">What is measured of a tuned model.</typeparam>
/// <param name="Description">Says all that decides a result beside the method, the budget and the seeds: a journal's results are found again by it.</param>
/// <param name="Expansion">The pretrained model and its public data.</param>
/// <param name="NominalSize">N.</param>
/// <param name="Rehearsal">Finds each method's settings on public rows.</param>
/// <param name="PrivateRows">The private rows of a seed; declared public, for results are measured and told.</param>
/// <param name="Measure">Measures the model as it stands on test rows.</param>
internal sealed record RaceCourse<T>(
    string Description, PublicExpansion Expansion, int NominalSize, Rehearsal Rehearsal, Func<ulong, IExampleSource> PrivateRows, Func<T> Measure)
{
    /// <summary>The same search with the private and test rows as its only scenario: it looks at the answer, so what comes of it is a mark and no private method. Null where no oracle runs.</summary>
    public Rehearsal? Oracle { get; init; }

    /// <summary>What a neighbour is.</summary>
    public Adjacency Adjacency { get; init; } = Adjacency.AddRemove;

    /// <summary>What one unit is.</summary>
    public string PrivacyUnit { get; init; } = "row";
}
