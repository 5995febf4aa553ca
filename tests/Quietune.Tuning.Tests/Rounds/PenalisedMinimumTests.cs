using Quietune.Data;
using Quietune.Tuning.Models;
using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Rounds;

public sealed class PenalisedMinimumTests
{
    private const double ClipNorm = 1.5;
    private const int Rows = 14;
    private static readonly float[] Numbers = Filled.Normal(3, Rows, 4).data<float>().ToArray();

    // Brute force over neighbours, at three penalties. A long row of a class that the start holds for impossible attains the bound:
    // half the constant would be caught.
    [Theory]
    [InlineData(0.5)]
    [InlineData(5)]
    [InlineData(200)]
    public void Sum_WithoutOneRow_MovesByTheClipNormAtMost(double penalty)
    {
        using var scope = NewDisposeScope();
        using var model = Confident();
        var order = Enumerable.Range(0, Rows).ToArray();
        var all = Sum(order);
        var moves = order.Select(left => (Sum([.. order.Where(row => row != left)]) - all).norm().item<double>()).ToList();
        Assert.True(moves.Max() <= ClipNorm, $"{moves.Max()}");
        Assert.True(moves.Max() >= 0.2 * ClipNorm, $"{moves.Max()}");
        Assert.True(penalty < 100 || moves.Max() >= 0.95 * ClipNorm, $"{moves.Max()}");

        Tensor Sum(int[] rows) => PenalisedMinimum.Sum(model, LossFunction.CrossEntropy, Examples(3).Select(rows), ClipNorm, penalty, default).Open();
    }

    // One probability: a slope of at most 1, so rows are kept to the clip norm itself, and a certain start attains the bound again.
    [Fact]
    public void Sum_OfOneLogitWithoutOneRow_MovesByTheClipNormAtMost()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(4, 1));
        using (no_grad())
        {
            model.Blocks[0].Bias!.fill_(30);
        }

        var rows = new InMemoryExamples([4], [.. Numbers.Select(value => value * 3)], [.. Enumerable.Range(0, Rows).Select(row => (float)(row % 2))]);
        var order = Enumerable.Range(0, Rows).ToArray();
        var all = Sum(order);
        var moves = order.Select(left => (Sum([.. order.Where(row => row != left)]) - all).norm().item<double>()).ToList();
        Assert.InRange(moves.Max(), 0.95 * ClipNorm, ClipNorm);

        Tensor Sum(int[] chosen) => PenalisedMinimum.Sum(model, LossFunction.Binary, rows.Select(chosen), ClipNorm, 200, default).Open();
    }

    // The released point has a gradient of at most τ, worked out here by differentiation of the whole loss.
    [Fact]
    public void Sum_OfShortRows_IsTheMinimumOfThePenalisedLoss()
    {
        using var scope = NewDisposeScope();
        using var model = Confident();
        const double Penalty = 0.8;
        var rows = Examples(0.05f);
        var change = PenalisedMinimum.Sum(model, LossFunction.CrossEntropy, rows, ClipNorm, Penalty, default).Open().reshape(3, 5) / -Penalty;
        var inputs = cat([tensor(rows.Features, [Rows, 4]), ones(Rows, 1)], 1).to_type(ScalarType.Float64);
        inputs = inputs * (0.98 * ClipNorm / Math.Sqrt(2) / inputs.norm(1, keepdim: true)).clamp_max(1);
        var weights = (model.Capture().Matrices[0][0].to_type(ScalarType.Float64) + change).detach().requires_grad_();
        var target = tensor(rows.Labels).to_type(ScalarType.Int64);
        var loss = nn.functional.cross_entropy(inputs.matmul(weights.t()), target, reduction: nn.Reduction.Sum);
        var gradient = autograd.grad([loss], [weights])[0] + (change * Penalty);
        Assert.True(gradient.norm().item<double>() <= PenalisedMinimum.Tolerance * ClipNorm * (1 + 1e-6));
        Assert.True(change.norm().item<double>() > 1);
    }

    // ∇J(θ) = −b, found the more exactly.
    [Fact]
    public void Sum_OfAPerturbedLoss_IsItsMinimum()
    {
        using var scope = NewDisposeScope();
        using var model = Confident();
        const double Penalty = 0.8;
        var rows = Examples(0.05f);
        var noise = Filled.Normal(9, 1, 3, 5).to_type(ScalarType.Float64) * 2;
        var change = PenalisedMinimum.Sum(model, LossFunction.CrossEntropy, rows, ClipNorm, Penalty, default, noise).Open().reshape(3, 5) / -Penalty;
        var inputs = cat([tensor(rows.Features, [Rows, 4]), ones(Rows, 1)], 1).to_type(ScalarType.Float64);
        inputs = inputs * (0.98 * ClipNorm / Math.Sqrt(2) / inputs.norm(1, keepdim: true)).clamp_max(1);
        var weights = (model.Capture().Matrices[0][0].to_type(ScalarType.Float64) + change).detach().requires_grad_();
        var loss = nn.functional.cross_entropy(inputs.matmul(weights.t()), tensor(rows.Labels).to_type(ScalarType.Int64), reduction: nn.Reduction.Sum);
        var gradient = autograd.grad([loss], [weights])[0] + (change * Penalty);
        Assert.True((gradient + noise[0]).norm().item<double>() <= ObjectivePerturbation.Tolerance * ClipNorm * (1 + 1e-3));
    }

    [Fact]
    public void Sum_WithoutRows_IsZero()
    {
        using var scope = NewDisposeScope();
        using var model = Confident();
        Assert.Equal(0, PenalisedMinimum.Sum(model, LossFunction.CrossEntropy, Examples(1).Slice(0, 0), ClipNorm, 1, default).Open().norm().item<double>());
    }

    [Fact]
    public void Sum_WhereNoBoundHolds_IsRefused()
    {
        using var model = Confident();
        using var deep = new ModuleModel(Networks.Perceptron(1, 4, 3, 3));
        Assert.Throws<ArgumentException>(() => PenalisedMinimum.Sum(model, LossFunction.Squared, Examples(1), ClipNorm, 1, default));
        Assert.Throws<ArgumentException>(() => PenalisedMinimum.Sum(deep, LossFunction.CrossEntropy, Examples(1), ClipNorm, 1, default));
        Assert.Throws<ArgumentException>(() => PenalisedMinimum.Sum(model, LossFunction.CrossEntropy, new UnitExamples([4], [(new float[4], 0, 1), (new float[4], 1, 1)]), ClipNorm, 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => PenalisedMinimum.Sum(model, LossFunction.CrossEntropy, Examples(1), ClipNorm, 0, default));
    }

    private static InMemoryExamples Examples(float scale) => new([4], [.. Numbers.Select(value => value * scale)], [.. Enumerable.Range(0, Rows).Select(row => (float)(row % 3))]);

    // Holds class 0 for certain, so that rows of other classes have the longest gradients that there are.
    private static ModuleModel Confident()
    {
        var model = new ModuleModel(Networks.LinearHead(4, 3));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        model.Blocks[0].Bias!.copy_(tensor(new[] { 30f, 0, 0 }));
        return model;
    }
}
