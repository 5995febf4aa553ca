using Quietune.Cli.Experiments.Races;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Tests.Races;

public sealed class AutoPartsTests
{
    private static readonly PrivacyBudget Budget = new(1, 1e-5);

    // Whichever comes first must not win for being first.
    [Theory]
    [InlineData(0.3, 0.1, "one-draw")]
    [InlineData(0.1, 0.3, "draws")]
    public void Of_Auto_IsTheMethodOfLargerMerit(double oneDraw, double draws, string expected)
    {
        var parts = new AutoParts<double>((method, budget, isOracle) => new(method, budget, isOracle, Found(method, method == "draws" ? draws : oneDraw), [1], 0, 2));
        var auto = parts.Of(AutoMethod.Name, Budget, isOracle: false);
        Assert.Equal((AutoMethod.Name, expected), (auto.Method, auto.Found.Plan.Method));
        Assert.Equal((2, 4), (auto.Found.Tried, auto.RehearsalSeconds));
    }

    private static RehearsalResult Found(string method, double merit) =>
        new(Methods.Of(method, "cross-entropy", Budget, 100, 5_000).Start.Plan, 0.2, merit, [], 1, DoesNothing: false) { Merit = merit };
}
