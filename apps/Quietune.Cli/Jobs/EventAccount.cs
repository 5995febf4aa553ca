using Quietune.Cli.Verbs;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;

namespace Quietune.Cli.Jobs;

/// <summary>What an event costs, told by the tightest accountant that knows it.</summary>
internal static class EventAccount
{
    /// <summary>ε at a δ, or δ at an ε.</summary>
    /// <param name="everything">All that was released.</param>
    /// <param name="epsilon">ε, where δ is asked for.</param>
    /// <param name="delta">δ, where ε is asked for.</param>
    /// <param name="adjacency">The neighbouring relation.</param>
    /// <exception cref="BadInputException">Both numbers are given, or none.</exception>
    /// <exception cref="UnsupportedEventException">No theorem covers the event.</exception>
    public static VerbResult Of(PrivacyEvent everything, double? epsilon, double? delta, Adjacency adjacency)
    {
        var curve = PrivacyOdometer.CurveOf(everything, adjacency);
        var accountant = curve switch
        {
            PldCurve => "privacy loss distribution",
            RdpCurve => "Rényi divergences",
            _ => "Gaussian differential privacy",
        };
        var (e, d, least) = (epsilon, delta) switch
        {
            (null, { } given) => (curve.EpsilonOf(Given.Budget(1, given).Delta), given, (curve as PldCurve)?.EpsilonBracket(given).Lower),
            ({ } given, null) when given >= 0 && double.IsFinite(given) => (given, curve.DeltaOf(given), (curve as PldCurve)?.DeltaBracket(given).Lower),
            ({ } given, null) => throw new BadInputException($"--epsilon: expected a finite number of at least 0, got {given}."),
            _ => throw new BadInputException("expected one of --epsilon and --delta beside what was released: the other follows."),
        };
        var bracketed = epsilon is null ? "ε" : "δ";
        return new(
            new { epsilon = double.IsFinite(e) ? e : (double?)null, delta = d, atLeast = least, accountant, released = everything },
            people => people.Table("What was released costs",  ["", "value"],
            [
                ["ε", $"{e:G10}"],
                ["δ", $"{d:G10}"],
                .. least is { } lower ? [[$"{bracketed} is at least", $"{lower:G10}"]] : Array.Empty<string[]>(),
                ["accounted by", accountant],
            ]));
    }
}
