using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Rounds;

/// <summary>A step changes public predictions by no more than the radius, however long it was.</summary>
public sealed class TrustRegionTests
{
    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e-2)]
    [InlineData(1.0)]
    [InlineData(1e3)]
    [InlineData(1e9)]
    public void Move_StepOfAnyLength_EndsWithinTheRadiusAndUsesIt(double length)
    {
        using var setting = new Setting();
        using var step = setting.Step(length);
        foreach (var radius in new[] { 0.001, 0.05, 0.3 })
        {
            var taken = setting.Region.Move(setting.Origin, step, radius);
            var divergence = setting.Divergence();
            Assert.True(divergence <= radius * (1 + 1e-4), $"A divergence of {divergence} is above {radius}.");

            // Not by standing still: within the reach of the search, the radius is used.
            Assert.True(divergence >= 0.3 * radius, $"A divergence of {divergence} is far below {radius}.");
            PerExampleLoop.AssertClose(
                PerExampleLoop.Flat(setting.Origin) + (PerExampleLoop.Flat(step) * taken), PerExampleLoop.Flat(setting.Model.Capture()), 1e-6);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Move_NoRadius_LeavesTheOriginToTheBit(double radius)
    {
        using var setting = new Setting();
        using var step = setting.Step(1);
        setting.Model.Move(setting.Origin, step, 1);
        Assert.Equal(0, setting.Region.Move(setting.Origin, step, radius));
        Assert.True(PerExampleLoop.Flat(setting.Origin).equal(PerExampleLoop.Flat(setting.Model.Capture())).all().item<bool>());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Move_StepThatIsNotFinite_LeavesTheOrigin(float value)
    {
        using var setting = new Setting();
        using var step = setting.Step(1);
        step.Matrices[0].fill_(value);
        Assert.Equal(0, setting.Region.Move(setting.Origin, step, 0.1));
        Assert.True(PerExampleLoop.Flat(setting.Origin).equal(PerExampleLoop.Flat(setting.Model.Capture())).all().item<bool>());
    }

    [Fact]
    public void Divergence_OfEveryLoss_IsThatOfItsLawOfLabels()
    {
        // KL(reference ‖ outputs) from the definition; the radius means nothing if this is something else or the other way round.
        using var scope = NewDisposeScope();
        var (reference, outputs) = (Filled.Normal(1, 6, 1), Filled.Normal(2, 6, 1));
        var (p, q) = (reference.sigmoid(), outputs.sigmoid());
        Same(((p * (p / q).log()) + ((1 - p) * ((1 - p) / (1 - q)).log())).mean(), LossFunction.Binary.Divergence(reference, outputs));
        Same((reference - outputs).square().mean() / 2, LossFunction.Squared.Divergence(reference, outputs));

        var (rates, others) = (reference.exp(), outputs.exp());
        var counts = arange(60, dtype: ScalarType.Float32);
        var chances = ((counts * reference) - rates - (counts + 1).lgamma()).exp();
        Same((chances * ((counts * (reference - outputs)) - rates + others)).sum(1).mean(), LossFunction.Poisson.Divergence(reference, outputs));

        var (from, to) = (Filled.Normal(3, 5, 4), Filled.Normal(4, 5, 4));
        var (a, b) = (softmax(from, 1), softmax(to, 1));
        Same((a * (a / b).log()).sum(1).mean(), LossFunction.CrossEntropy.Divergence(from, to));

        static void Same(Tensor expected, Tensor found) => Assert.Equal(expected.item<float>(), found.item<float>(), 1e-4f * expected.item<float>());
    }

    /// <summary>A small network with three classes and public inputs.</summary>
    private sealed class Setting : IDisposable
    {
        private readonly DisposeScope scope = NewDisposeScope();
        private readonly Tensor inputs;
        private readonly Tensor reference;

        public Setting()
        {
            Model = new ModuleModel(Filled.Parameters(Sequential(Linear(4, 6), Tanh(), Linear(6, 3))));
            inputs = Filled.Normal(8, 40, 4);
            Origin = Model.Capture();
            reference = Model.Forward([inputs]);
            Region = new TrustRegion(Model, LossFunction.CrossEntropy, [inputs]);
        }

        public ModuleModel Model { get; }

        public ParameterDelta Origin { get; }

        public TrustRegion Region { get; }

        public ParameterDelta Step(double length) => new([.. Origin.Matrices.Select((matrix, i) => Filled.Normal((ulong)i + 90, matrix.shape) * length)]);

        /// <summary>The mean divergence from the first predictions, from the definition.</summary>
        public double Divergence()
        {
            var (p, q) = (softmax(reference.to_type(ScalarType.Float64), 1), softmax(Model.Forward([inputs]).to_type(ScalarType.Float64), 1));
            return (p * (p / q).log()).sum(1).mean().item<double>();
        }

        public void Dispose()
        {
            Origin.Dispose();
            Model.Dispose();
            scope.Dispose();
        }
    }
}
