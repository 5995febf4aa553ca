using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Tests.Planning;

namespace Quietune.Tuning.Tests.Pretraining;

public sealed class LogisticRegressionTests
{
    private static readonly Data.InMemoryExamples Rows = TableScenariosTests.Rows(600);

    // At the minimum the gradient of mean loss plus penalty is zero, worked out here without the solver; the intercept has no penalty.
    [Theory]
    [InlineData(0.01, false)]
    [InlineData(0.3, true)]
    public void Solve_Penalty_MakesTheGradientZero(double penalty, bool centred)
    {
        var center = centred ? Enumerable.Range(0, 13).Select(i => 0.1 * i).ToArray() : null;
        var weights = LogisticRegression.Solve(Rows, penalty, center);
        var gradient = new double[13];
        for (var row = 0; row < Rows.Count; row++)
        {
            double[] inputs = [.. Rows.Example(row).ToArray().Select(value => (double)value), 1];
            var residual = (1 / (1 + Math.Exp(-inputs.Zip(weights, (x, w) => x * w).Sum()))) - Rows.Labels[row];
            for (var i = 0; i < 13; i++)
            {
                gradient[i] += residual * inputs[i] / Rows.Count;
            }
        }

        for (var i = 0; i < 13; i++)
        {
            Assert.Equal(0, gradient[i] + ((i < 12 ? penalty : 0) * (weights[i] - (center?[i] ?? 0))), 1e-5);
        }
    }

    // Pure noise: a heavy penalty must win over a light one.
    [Fact]
    public void ChoosePenalty_LabelsWithoutRelation_IsTheHeaviest()
    {
        var generator = new Data.SeededGenerator(8);
        var rows = new Data.InMemoryExamples([12], Rows.Features, [.. Rows.Labels.Select(_ => generator.NextDouble() < 0.3 ? 1f : 0f)]);
        Assert.Equal(1, LogisticRegression.ChoosePenalty(rows));
        Assert.InRange(LogisticRegression.ChoosePenalty(Rows), 0.003, 0.1);
    }
}
