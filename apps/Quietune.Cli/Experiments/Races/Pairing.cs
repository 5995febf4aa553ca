using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments.Races;

/// <summary>One of our methods beside another at the same budget, run by run.</summary>
/// <param name="Epsilon">ε.</param>
/// <param name="Ours">The one of ours that did best in rehearsal at this budget, as <c>tune</c> would take it; no test row has a say in which.</param>
/// <param name="Method">The other.</param>
/// <param name="Oracle">Whether the other's settings were found by looking at the answer.</param>
/// <param name="Difference">Ours less the other.</param>
internal sealed record Pairing(double Epsilon, string Ours, string Method, bool Oracle, PairedDifference Difference)
{
    /// <summary>Ours beside every other line of its budget, but for the one that <see cref="AutoMethod"/> took from it; nothing where none of ours ran.</summary>
    public static IReadOnlyList<Pairing> Of(IReadOnlyList<RaceLine> lines) =>
    [
        .. from budget in lines.GroupBy(line => line.Epsilon)
           let ours = budget.Where(line => !line.Oracle && Methods.IsOurs(line.Method)).MaxBy(line => line.Found.Merit)
           where ours is not null
           from other in budget
           where other != ours && (other.Oracle || !IsAuto(other, ours) || other.Found.Plan.Hash() != ours.Found.Plan.Hash())
           select new Pairing(budget.Key, ours.Method, other.Method, other.Oracle, PairedDifference.Of(ours.Reached.Values, other.Reached.Values)),
    ];

    private static bool IsAuto(RaceLine one, RaceLine other) => one.Method == AutoMethod.Name || other.Method == AutoMethod.Name;
}
