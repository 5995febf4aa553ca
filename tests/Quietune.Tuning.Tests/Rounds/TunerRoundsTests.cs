using Quietune.Data;
using Quietune.Privacy.Noise;
using Quietune.Privacy.Profiles;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Rounds;

/// <summary>The one loop: what it draws is what its plan's event says, and what it does with releases is what the plan says.</summary>
public sealed class TunerRoundsTests
{
    [Theory]
    [InlineData(1, 1, 1, null)]
    [InlineData(3, 1, 4, null)]
    [InlineData(3, 0.25, 1, null)]
    [InlineData(2, 1, 1, 0.5)]
    public void Tune_WithoutRows_MovesByTheNoiseOfTheEvent(int rounds, double rate, double growth, double? quantile)
    {
        // Alpha 1e-6 on the variance of 3,000 coordinates (error 1.3 %): two thirds and three halves of the scale are far outside.
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var plan = (setting.Plan with { Rounds = rounds, SamplingRate = rate, BudgetGrowth = growth, TargetClipQuantile = quantile, ClipBudgetShare = 0.3, ClipNorm = 0.7, StepSize = 2 }).Calibrated();
        using var geometry = plan.Geometry.Build(setting.Expansion);
        var clipNorms = new List<double>();
        Tuner.Tune(
            setting.Expansion,
            geometry,
            plan,
            (_, pass) =>
            {
                clipNorms.Add(pass.ClipNorm);
                return new(new(zeros(geometry.Dimension).DetachFromDisposeScope()), pass.CountsBelow ? new(zeros(1).DetachFromDisposeScope()) : null);
            },
            new SeededNoise(3),
            null);
        var moved = PerExampleLoop.Flat(setting.Model.Capture()) - PerExampleLoop.Flat(setting.Expansion.Origin);
        var expected = Enumerable.Range(0, rounds).Sum(round => Math.Pow(plan.SumNoiseMultiplierAt(round) * clipNorms[round] * plan.StepSize / (plan.NominalSize * rate), 2));
        var ratio = moved.square().mean().item<float>() / expected;
        Assert.InRange(ratio, 1 - (4.9 * Math.Sqrt(2.0 / moved.numel())), 1 + (4.9 * Math.Sqrt(2.0 / moved.numel())));
        Assert.Equal(0.7, clipNorms[0]);
    }

    [Fact]
    public void Tune_BySampledRounds_ReadsAboutTheRateOfTheRows()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var plan = setting.Plan with { Rounds = 1, SamplingRate = 0.25 };
        var rows = setting.Rows(800);
        var read = Tuner.RowsOf(plan, 0, rows, new SeededNoise(4)).Read(512).Sum(batch => batch.Count);
        Assert.InRange(read, 200 - 60, 200 + 60);
        Assert.Equal(800, Tuner.RowsOf(setting.Plan, 0, rows, new SeededNoise(4)).Read(512).Sum(batch => batch.Count));
    }

    [Fact]
    public void Tune_Averaging_EndsAtTheWeightedMeanOfTheRounds()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var positions = new List<Tensor>();
        var plan = setting.Plan with { Rounds = 3, Averaging = 0.6 };
        Run(setting, plan, round =>
        {
            positions.Add(PerExampleLoop.Flat(setting.Model.Capture()).DetachFromDisposeScope());
            return round + 1;
        });
        var end = PerExampleLoop.Flat(setting.Model.Capture());
        Run(setting, plan with { Averaging = 0 }, round => round + 1);
        positions.Add(PerExampleLoop.Flat(setting.Model.Capture()));
        var expected = ((0.36 * positions[1]) + (0.6 * positions[2]) + positions[3]) / 1.96;
        PerExampleLoop.AssertClose(expected, end, 1e-5);
    }

    [Fact]
    public void Tune_Momentum_AddsEarlierSteps()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        Run(setting, setting.Plan with { Rounds = 3, Momentum = 0.5, StepSize = 3, NoiseMultiplier = 1e-9 }, round => round == 0 ? 1 : 0);
        var moved = PerExampleLoop.Flat(setting.Model.Capture()) - PerExampleLoop.Flat(setting.Expansion.Origin);
        Assert.Equal(-(1 + 0.5 + 0.25) * 3 / setting.Plan.NominalSize, moved.mean().item<float>(), 1e-5);
    }

    [Fact]
    public void Tune_ByAdam_TakesStepsOfItsRateWhateverTheGradientsSize()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        foreach (var size in new[] { 1f, 1000f })
        {
            Run(setting, setting.Plan with { Rounds = 4, NoiseMultiplier = 1e-9, StepSize = 0.01, Adam = new() }, _ => size);
            var moved = PerExampleLoop.Flat(setting.Model.Capture()) - PerExampleLoop.Flat(setting.Expansion.Origin);
            Assert.Equal(-0.04, moved.mean().item<float>(), 1e-4);
        }
    }

    [Fact]
    public void Next_ByAdam_TakesTheNoiseOffTheSecondMoment()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        using var geometry = setting.Plan.Geometry.Build(setting.Expansion);
        using var corrected = new StepRule(setting.Plan with { Adam = new(Floor: 0.04) });
        using var plain = new StepRule(setting.Plan with { Adam = new(CorrectsNoise: false) });
        var gradient = zeros(geometry.Dimension);
        gradient[0] = 5;
        gradient[1] = 3;

        // 5/√(25 − 9) and, where the noise is all there is, 3/√(0.04·9).
        var step = PerExampleLoop.Flat(corrected.Next(geometry, gradient, 9));
        Assert.Equal(-1.25, step[0].item<float>(), 1e-4);
        Assert.Equal(-5, step[1].item<float>(), 1e-4);
        Assert.Equal(-1, PerExampleLoop.Flat(plain.Next(geometry, gradient, 9))[1].item<float>(), 1e-4);
    }

    [Fact]
    public void Update_OfTheClipNorm_FindsTheQuantile()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var plan = setting.Plan with { TargetClipQuantile = 0.7, NominalSize = 1000, NoiseMultiplier = 1e-6, ClipNorm = 20 };
        var search = new ClipNormSearch(plan, 1000);
        for (var round = 0; round < 300; round++)
        {
            var below = Math.Clamp(search.ClipNorm, 0, 1) * 1000;      // norms even in [0, 1]
            search.Update(new(tensor([(float)(below - 500)]).DetachFromDisposeScope()), 0, new SeededNoise((ulong)round));
        }

        Assert.Equal(0.7, search.ClipNorm, 1e-2);
    }

    [Fact]
    public void Tune_RebuildingItsGeometry_UsesThePresentParameters()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var plan = setting.Plan with { Rounds = 4, CurvatureEvery = 2, Geometry = new("diagonal", null, 0.1, 1), StepSize = 100 };
        using var first = plan.Geometry.Build(setting.Expansion);
        var seen = new List<IGeometry>();
        Tuner.Tune(
            setting.Expansion,
            first,
            plan,
            (_, pass) =>
            {
                seen.Add(pass.Geometry);
                return new(new(ones(first.Dimension).DetachFromDisposeScope()), null);
            },
            new SeededNoise(3),
            null);
        Assert.Same(first, seen[1]);
        Assert.NotSame(first, seen[2]);
        Assert.Same(seen[2], seen[3]);
    }

    [Fact]
    public void Tune_Repeatedly_LeavesNoTensorAlive()
    {
        using var setting = new Setting();
        var rows = setting.Rows(40);
        var plan = setting.Plan with
        {
            Rounds = 3, SamplingRate = 0.5, NoiseMultiplier = 2, TargetClipQuantile = 0.5, Momentum = 0.5, Averaging = 0.5, Adam = new(), CurvatureEvery = 2, Centred = true, Geometry = new("diagonal", null, 0.1, 1), TrustRadius = 0.01,
        };
        Tuner.Tune(setting.Expansion, plan, rows, new SeededNoise(1));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Tuner.Tune(setting.Expansion, plan, rows, new SeededNoise(1));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void Run(Setting setting, TuningPlan plan, Func<int, float> sum)
    {
        using var geometry = plan.Geometry.Build(setting.Expansion);
        Tuner.Tune(setting.Expansion, geometry, plan, (round, _) => new(new((ones(geometry.Dimension) * sum(round)).DetachFromDisposeScope()), null), new SeededNoise(3), null);
    }

    /// <summary>A model of about 3,000 parameters, with 60 public rows.</summary>
    private sealed class Setting : IDisposable
    {
        public Setting()
        {
            using var scope = NewDisposeScope();
            Model = new ModuleModel(Filled.Parameters(Sequential(Linear(50, 57), Tanh(), Linear(57, 3)), scale: 0.1));
            Expansion = new(Model, LossFunction.CrossEntropy, Rows(60));
        }

        public ModuleModel Model { get; }

        public PublicExpansion Expansion { get; }

        public TuningPlan Plan { get; } = new()
        {
            Method = "test",
            Loss = "cross-entropy",
            Geometry = GeometryPlan.Identity,
            ClipNorm = 1,
            NominalSize = 40,
            Epsilon = 2,
            Delta = 1e-5,
            Mu = GaussianProfile.MuOf(new(2, 1e-5)),
        };

        public InMemoryExamples Rows(int count)
        {
            using var scope = NewDisposeScope();
            return new([50], Filled.Normal(3, count, 50).data<float>().ToArray(), [.. Enumerable.Range(0, count).Select(row => (float)(row % 3))]);
        }

        public void Dispose()
        {
            Expansion.Dispose();
            Model.Dispose();
        }
    }
}
