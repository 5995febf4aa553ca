using Quietune.Privacy.Budgets;

namespace Quietune.Tuning.Planning;

/// <summary>Whichever of our methods rehearses better: what a run takes that names no method, and a method to race.</summary>
/// <remarks>A choice among plans by public rows alone, so it costs no budget. One <see cref="Rehearsal"/> serves all of its methods, so that they share geometries, norms and gradients.</remarks>
public static class AutoMethod
{
    /// <summary>Its name.</summary>
    public const string Name = "auto";

    /// <summary>The methods among which it chooses, or the method that is named.</summary>
    /// <param name="method">A method's name, or <see cref="Name"/>.</param>
    /// <param name="budget">The budget; one draw alone can be purely private.</param>
    public static IReadOnlyList<string> Among(string method, PrivacyBudget budget) => method != Name ? [method] : budget.IsPure ? [Methods.OneDraw] : Methods.Ours;

    /// <summary>The place of the rehearsal that foretells most, harm counted double; the first of those that foretell the same.</summary>
    /// <param name="found">What each method's rehearsal found, on the same scenarios.</param>
    public static int Best(IReadOnlyList<RehearsalResult> found) => Enumerable.Range(0, found.Count).MaxBy(i => found[i].Merit);
}
