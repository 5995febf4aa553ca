using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Gradients;

/// <summary>A unit whose numbers are chosen to defeat float32 must not look shorter than it is: its clip weight would let it through.</summary>
public sealed class ExtremeFactorsTests
{
    private const double Damping = 0.25;

    [Theory]
    [InlineData(1e-24, 1e18)]
    [InlineData(1e18, 1e-24)]
    [InlineData(1e-34, 1e30)]
    [InlineData(1e-12, 1e16)]
    [InlineData(3e-8, 2)]
    public void SquaredNorms_OfTinyTimesHuge_AreNotLost(double outSize, double inSize)
    {
        // One position: float32 squares of 1e-24 are zero, and of 1e30 infinite, though the gradient itself is neither.
        using var scope = NewDisposeScope();
        var block = Linear(3, 4);
        var factors = new PairFactors(block, tensor([1f, -0.5f, 0, 0.25f]).reshape(1, 1, 1, 4) * inSize, tensor([0.5f, 1, -1]).reshape(1, 1, 1, 3) * outSize);
        foreach (var whitening in Whitenings(block))
        {
            using var owned = whitening;
            AssertNormIsOfTheSum(factors, owned);
        }
    }

    [Fact]
    public void SquaredNorms_OfPositionsThatCancel_AreNotUnderstated()
    {
        using var scope = NewDisposeScope();
        var block = Linear(40, 30);
        var input = Filled.Normal(1, 1, 1, 1, 30) * 1000;
        var inputs = cat([input, input + Filled.Normal(2, 1, 1, 1, 30) * 0.01], 2);
        var output = Filled.Normal(3, 1, 1, 1, 40);
        var factors = new PairFactors(block, inputs, cat([output, -output], 2));
        using var whitening = BlockWhitening.Separable(block, null, null, full([1, 1], 2f), ones(1, 1));
        AssertNormIsOfTheSum(factors, whitening);
    }

    [Fact]
    public void SquaredNorms_OfLookupsThatCancel_AreNotUnderstated()
    {
        using var scope = NewDisposeScope();
        var block = new ParameterBlock("table", zeros(5, 8), null, 1, 8, 5, "embedding", transposed: true);
        var output = Filled.Normal(3, 1, 1, 8) * 1000;
        var factors = new IndexedFactors(block, tensor(new long[] { 2, 2 }).reshape(1, 2), cat([output, Filled.Normal(4, 1, 1, 8) * 0.01 - output], 1));
        using var whitening = BlockWhitening.Separable(block, null, null, full([1, 1], 2f), ones(1, 1));
        AssertNormIsOfTheSum(factors, whitening);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3e-3)]
    [InlineData(1e-5)]
    [InlineData(1.2e-7)]
    public void Whitened_PositionsThatCancelToTheLastBits_AreNeverShorterThanTheirSum(double difference)
    {
        // Float64 holds ‖Σ_t b_t a_tᵀ‖² to 1e-15 of its largest term: at 1.2e-7 two positions that cancel look like nothing, or like less, with 1e8 on either side.
        using var scope = NewDisposeScope();
        var pairs = Linear(40, 30);
        var table = new ParameterBlock("table", zeros(5, 40), null, 1, 40, 5, "embedding", transposed: true);
        using var whitening = BlockWhitening.Separable(pairs, null, null, full([1, 1], 2f), ones(1, 1));
        using var lookups = BlockWhitening.Separable(table, null, null, full([1, 1], 2f), ones(1, 1));
        for (ulong seed = 1; seed <= 30; seed++)
        {
            var input = Filled.Normal(seed, 1, 1, 1, 30) * 1e8;
            var output = Filled.Normal(seed + 100, 1, 1, 1, 40);
            var opposite = -output * (1 + difference);
            AssertNotShorter(new PairFactors(pairs, cat([input, input], 2), cat([output, opposite], 2)).Whitened(whitening));
            AssertNotShorter(new IndexedFactors(table, tensor(new long[] { 2, 2 }).reshape(1, 2), cat([output.squeeze(1), opposite.squeeze(1)], 1) * 1e8).Whitened(lookups));
        }

        static void AssertNotShorter(WhitenedLayer layer)
        {
            var sum = layer.WeightedSum(ones(1, dtype: ScalarType.Float64));
            Assert.True(Math.Sqrt(layer.SquaredNorms().item<double>()) >= sum.norm().item<double>() * (1 - 1e-12));
        }
    }

    [Fact]
    public void Whitened_PositionsThatDoNotCancel_AreMeasuredAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var block = Linear(40, 30);
        using var whitening = BlockWhitening.Separable(block, null, null, full([1, 1], 2f), ones(1, 1));
        var layer = new PairFactors(block, Filled.Normal(1, 1, 1, 6, 30), Filled.Normal(2, 1, 1, 6, 40)).Whitened(whitening);
        Assert.InRange(Math.Sqrt(layer.SquaredNorms().item<double>()) / layer.WeightedSum(ones(1, dtype: ScalarType.Float64)).norm().item<double>(), 1, 1 + 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e-13)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ClippedSum_ClipNormThatBoundsNothing_IsRefused(double clipNorm)
    {
        using var module = TorchSharp.torch.nn.Linear(2, 2);
        using var model = new ModuleModel(module);
        using var geometry = new IdentityGeometry(model.Blocks);
        var rows = new Quietune.Data.InMemoryExamples([2], [0, 1], [1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => PrivatePass.ClippedSum(model, LossFunction.CrossEntropy, geometry, rows, clipNorm, 1));
    }

    private static ParameterBlock Linear(long outputs, long inputs) => new("weight", zeros(outputs, inputs), null, 1, outputs, inputs, "linear");

    private static IEnumerable<BlockWhitening> Whitenings(ParameterBlock block)
    {
        yield return BlockWhitening.Separable(block, null, null, full([1, 1], (float)(1 / Math.Sqrt(Damping))), ones(1, 1));
        yield return BlockWhitening.Coordinatewise(block, null, null, linspace(1, 2, block.Count).reshape(block.MatrixShape), null);
    }

    private static void AssertNormIsOfTheSum(LayerFactors factors, BlockWhitening whitening)
    {
        var vector = whitening.Coordinates(factors.WeightedSum(ones(1)));
        var expected = vector.to_type(ScalarType.Float64).norm().item<double>();
        var found = Math.Sqrt(factors.SquaredNorms(whitening).item<float>());
        Assert.InRange(found / expected, 1 - 1e-5, 1 + 1e-5);
    }
}
