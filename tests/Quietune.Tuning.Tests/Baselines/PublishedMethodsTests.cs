using Quietune.Data;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Baselines;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Baselines;

public sealed class PublishedMethodsTests
{
    public static TheoryData<string> Names => [.. PublishedMethods.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void EachMethod_RehearsedOnItsStart_IsCarriedOutWithinTheBudget(string name)
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var (start, axes) = Methods.Of(name, "cross-entropy", new(4, 1e-5), 60, setting.Model.ParameterCount);
        Assert.NotEmpty(axes);
        Assert.Equal(name, start.Plan.Method);

        // Fewer rounds keep the test short; no axis may lead to a plan that cannot be made.
        start = start with { Plan = start.Plan with { Rounds = 3, SamplingRate = start.Plan.SamplingRate < 1 ? 0.5 : 1 } };
        using var rehearsal = new Rehearsal(setting.Expansion, setting.Scenarios);
        var found = rehearsal.Search(start, []);
        Assert.InRange(PrivacyOdometer.EpsilonOf([found.Plan.Event], 1e-5), 0.98 * 4, 4);
        Tuner.Tune(setting.Expansion, found.Plan with { TrustRadius = null }, setting.Scenarios[0].StandIn, new SeededNoise(1));
        var moved = PerExampleLoop.Flat(setting.Model.Capture()) - PerExampleLoop.Flat(setting.Expansion.Origin);
        Assert.True(moved.isfinite().all().item<bool>() && moved.norm().item<float>() > 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EachAxis_ChangesTheCandidateAtAllButOneValue(string name)
    {
        var (start, axes) = Methods.Of(name, "cross-entropy", new(1, 1e-5), 60, 1000);
        Assert.All(axes, axis =>
        {
            Assert.Equal(axis.Values.Count, axis.Values.Select(value => axis.Apply(start, value)).Distinct().Count());
            Assert.Contains(axis.Values, value => axis.Apply(start, value) != start);
        });
    }

    [Theory]
    [InlineData(PublishedMethods.LastLayer)]
    [InlineData(PublishedMethods.BitFit)]
    public void MethodsOfFewParameters_LeaveTheOthers(string name)
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var start = Methods.Of(name, "cross-entropy", new(4, 1e-5), 60, setting.Model.ParameterCount).Start.Plan with { Rounds = 2 };
        Tuner.Tune(setting.Expansion, start, setting.Scenarios[0].StandIn, new SeededNoise(1));
        var (origin, moved) = (setting.Expansion.Origin.Matrices[0], setting.Model.Capture().Matrices[0]);
        var block = setting.Model.Blocks[0];
        Assert.Equal(0, (origin - moved).narrow(2, 0, block.WeightInputs).norm().item<float>());
        Assert.Equal(name == PublishedMethods.BitFit, (origin - moved).select(2, block.WeightInputs).norm().item<float>() > 0);
    }

    [Fact]
    public void StepsFlat_TakesTheWhitenedGradientItself()
    {
        // AdaDPS: clip(D⁻¹g), then a step along it; Wᵀ would divide by D twice.
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        using var geometry = new GeometryPlan("diagonal", null, 0.1, null) { StepsFlat = true }.Build(setting.Expansion);
        var point = Filled.Normal(3, geometry.Dimension);
        PerExampleLoop.AssertClose(point, PerExampleLoop.Flat(geometry.Step(point)), 1e-6);
        using var kronecker = new GeometryPlan("kronecker", null, 0.1, 0) { StepsFlat = true, NoiseInputs = true }.Build(setting.Expansion);
        var turned = PerExampleLoop.Flat(kronecker.Step(point));
        Assert.Equal(point.norm().item<float>(), turned.norm().item<float>(), 1e-3);
        Assert.True((turned - PerExampleLoop.Flat(kronecker.Lift(point))).norm().item<float>() > 0.1);
    }

    /// <summary>A small convolutional network on generated images of three classes.</summary>
    private sealed class Setting : IDisposable
    {
        public Setting()
        {
            using var scope = NewDisposeScope();
            Model = new ModuleModel(Filled.Parameters(Sequential(Conv2d(1, 3, 3), Tanh(), Flatten(), Linear(48, 3)), scale: 0.3));
            Expansion = new(Model, LossFunction.CrossEntropy, Images(120, 1));
            Scenarios = [new("as they are", Images(60, 1000), Images(50, 2000))];
        }

        public ModuleModel Model { get; }

        public PublicExpansion Expansion { get; }

        public IReadOnlyList<Scenario> Scenarios { get; }

        public void Dispose()
        {
            Expansion.Dispose();
            Model.Dispose();
        }

        // The class decides which third of the image is bright.
        private static InMemoryExamples Images(int count, ulong seed)
        {
            var features = Filled.Normal(seed, count, 3, 12).mul(0.3);
            for (var row = 0; row < count; row++)
            {
                features[row, row % 3].add_(0.7);
            }

            return new([1, 6, 6], features.data<float>().ToArray(), [.. Enumerable.Range(0, count).Select(row => (float)(row % 3))]);
        }
    }
}
