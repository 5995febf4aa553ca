using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;
using Quietune.Tuning.Baselines;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Rounds;

/// <summary>The profile of the exact laws of perturbed minima beside what the derivation says, and the calibration that follows from it.</summary>
public sealed class ObjectivePerturbationTests
{
    // One logit of one feature: the law of the minimum has a density in closed form, integrated here for the rows with and without one.
    [Fact]
    public void Profile_OfExactLawsOfOneLogit_StaysBelowTheBoundAndNeedsItsVolume()
    {
        var (close, needed) = (0, 0);
        foreach (var (x, penalty, scale, rows) in new (double X, double Penalty, double Scale, (double X, double Y)[] Rows)[]
        {
            (1, 5, 0.3, []), (1, 2, 0.3, []), (1, 0.3, 1, []), (1, 0.1, 8, []), (2, 20, 1, [(1, 0)]), (1, 1, 1, [(0.5, 1), (-1, 1), (0.3, 0)]),
        })
        {
            foreach (var label in new[] { 0.0, 1 })
            {
                var reach = 20 + (12 * (scale + rows.Length) / penalty);
                var without = Density(rows, penalty, scale, reach);
                var with = Density([.. rows, (x, label)], penalty, scale, reach);
                var volume = ObjectivePerturbation.LargestVolume(LossFunction.Binary, 1, x, penalty);
                foreach (var epsilon in new[] { 0.1, 0.2, 0.5, 1, 2 })
                {
                    var exact = Math.Max(Stick(with, without, epsilon, reach), Stick(without, with, epsilon, reach));
                    var bound = epsilon >= volume ? GaussianProfile.DeltaOf(x / scale, epsilon - volume) : 1;
                    Assert.True(exact <= bound + 1e-6, $"{x} {penalty} {scale} {epsilon}: {exact} above {bound}");
                    close += exact > 0.3 * bound ? 1 : 0;
                    needed += exact > GaussianProfile.DeltaOf(x / scale, epsilon) + 1e-6 ? 1 : 0;
                }
            }
        }

        Assert.True(close >= 4, $"{close}");
        Assert.True(needed >= 1, $"{needed}");
    }

    // Three classes: the law without rows is normal, and the loss against the law with one row is known at every point of it.
    [Theory]
    [InlineData(0.5, 1.2, 2.0)]
    [InlineData(0.3, 0.8, 3.0)]
    public void Profile_OfThreeClasses_StaysBelowTheBound(double epsilon, double scale, double penalty)
    {
        using var scope = NewDisposeScope();
        const int Draws = 400_000;
        const double X = 1;
        var noise = randn(Draws, 3, dtype: ScalarType.Float64, generator: new Generator(3)) * scale;
        var weights = noise / -penalty;
        var law = nn.functional.softmax(weights * X, 1);
        var gradient = (law - tensor(new double[] { 1, 0, 0 })) * X;
        var hessian = (law.diag_embed() - law.unsqueeze(2).matmul(law.unsqueeze(1))) * (X * X) / penalty;
        var loss = ((noise - gradient).square().sum(1) - noise.square().sum(1)).div(2 * scale * scale) - linalg.slogdet(eye(3, dtype: ScalarType.Float64) + hessian).Item2;
        var forward = (1 - (epsilon - loss).exp()).clamp_min(0).mean().item<double>();
        var backward = ((-loss).exp() - Math.Exp(epsilon)).clamp_min(0).mean().item<double>();
        var mu = Math.Sqrt(2) * X / scale;
        var volume = ObjectivePerturbation.LargestVolume(LossFunction.CrossEntropy, 3, X, penalty);
        Assert.InRange(forward, 0.1 * 2 * GaussianProfile.DeltaOf(mu, epsilon), 2 * GaussianProfile.DeltaOf(mu, epsilon));
        Assert.InRange(backward, 0.05 * 2 * GaussianProfile.DeltaOf(mu, epsilon - volume), 2 * GaussianProfile.DeltaOf(mu, epsilon - volume));
    }

    [Theory]
    [InlineData("binary", 1, Adjacency.AddRemove, 2)]
    [InlineData("binary", 1, Adjacency.ReplaceOne, 4)]
    [InlineData("cross-entropy", 10, Adjacency.AddRemove, 10)]
    [InlineData("cross-entropy", 10, Adjacency.ReplaceOne, 100)]
    public void Of_AnyPlan_SpendsTheBudgetAndNoMore(string name, int outputs, Adjacency adjacency, int cases)
    {
        var loss = LossFunction.Named(name);
        foreach (var penalty in new[] { 1e-9, 0.5 })
        {
            var plan = Plan(name, outputs, adjacency) with { ClipNorm = 3, Penalty = penalty };
            var found = ObjectivePerturbation.Of(plan, loss, outputs);
            var longest = 3 / (name == "binary" ? 1 : Math.Sqrt(2));
            var volume = ObjectivePerturbation.LargestVolume(loss, outputs, longest, found.Penalty);
            Assert.InRange(volume, 0, 0.5 * plan.Epsilon * (1 + 1e-9));
            Assert.Equal(penalty > 0.1 ? penalty * plan.NominalSize : found.Penalty, found.Penalty);
            Assert.True(penalty > 0.1 || volume > 0.499 * plan.Epsilon);
            var sensitivity = (adjacency == Adjacency.ReplaceOne ? 2 : 1) * 3 * (1 + QuadraticMechanism.RoundingAllowance);
            var mu = Math.Sqrt(Math.Pow(sensitivity / found.NoiseScale, 2) + (found.OutputMu * found.OutputMu));
            Assert.InRange(cases * GaussianProfile.DeltaOf(mu, plan.Epsilon - volume), 0.99 * plan.Delta, plan.Delta * (1 + 1e-6));

            // What is found may be off by τ in each world.
            using var scope = NewDisposeScope();
            Assert.True(found.Output(plan, 8).SumSensitivity >= 2 * ObjectivePerturbation.Tolerance * plan.ClipNorm);
        }
    }

    private static TuningPlan Plan(string loss, int outputs, Adjacency adjacency) =>
        Methods.Of(LinearHeads.ObjectivePerturbation, loss, new(1, 1e-5), 500, 6 * outputs, adjacency).Start.Plan;

    /// <summary>The density of the minimum on a grid: that of b there, times the curvature.</summary>
    private static double[] Density(IReadOnlyList<(double X, double Y)> rows, double penalty, double scale, double reach)
    {
        var density = new double[Points];
        for (var i = 0; i < Points; i++)
        {
            var weight = ((2.0 * i / (Points - 1)) - 1) * reach;
            var (slope, curvature) = (penalty * weight, penalty);
            foreach (var (x, y) in rows)
            {
                var p = 1 / (1 + Math.Exp(-weight * x));
                (slope, curvature) = (slope + ((p - y) * x), curvature + (p * (1 - p) * x * x));
            }

            density[i] = Math.Exp(-slope * slope / (2 * scale * scale)) / (scale * Math.Sqrt(2 * Math.PI)) * curvature;
        }

        return density;
    }

    private static double Stick(double[] first, double[] second, double epsilon, double reach) =>
        first.Zip(second, (p, q) => Math.Max(0, p - (Math.Exp(epsilon) * q))).Sum() * 2 * reach / (Points - 1);

    private const int Points = 20_001;
}
