using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Tests.Planning;

/// <summary>What a rehearsal foretells for rows that start from a known place.</summary>
public sealed class RehearsalResultTests
{
    [Theory]
    [InlineData(0.8, 0.1)]
    [InlineData(0.7, 0.15)]
    [InlineData(0.1, 0.25)]
    [InlineData(1.0, 0.05)]
    public void GainFrom_ScenariosOnALine_IsOnItWithinTheirRange(double before, double gain) =>
        Assert.Equal(gain, Result([(0.9, 0.95), (0.5, 0.75), (0.7, 0.85)]).GainFrom(before), 1e-12);

    [Fact]
    public void GainFrom_TooFewScenariosOrOneStart_IsTheMean()
    {
        Assert.Equal(0.1, Result([(0.9, 0.9), (0.5, 0.7)]).GainFrom(0.9), 1e-12);
        Assert.Equal(0.1, Result([(0.5, 0.5), (0.5, 0.6), (0.5, 0.7)]).GainFrom(0.9), 1e-12);
    }

    [Fact]
    public void GainFrom_WhereNothingIsDone_IsNothing() =>
        Assert.Equal(0, (Result([(0.9, 0.95), (0.5, 0.75), (0.7, 0.85)]) with { DoesNothing = true, PredictedGain = 0 }).GainFrom(0.5));

    private static RehearsalResult Result((double Before, double After)[] scenarios)
    {
        var plan = Methods.Of(Methods.OneDraw, "cross-entropy", new(1, 1e-5), 100, 5_000).Start.Plan;
        return new(plan, 0.2, scenarios.Average(scenario => scenario.After - scenario.Before), [.. scenarios.Select((scenario, i) => new ScenarioScore($"{i}", scenario.Before, [scenario.After - 0.01, scenario.After + 0.01]))], 1, false);
    }
}
