using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Gradients;

/// <summary>Pairs of large sides, whose gradients are formed a few units at a time.</summary>
public sealed class PairFactorsTests
{
    [Fact]
    public void SquaredNorms_MoreNumbersThanAreFormedAtOnce_AreThoseOfTheGradients()
    {
        using var scope = NewDisposeScope();
        const long Outputs = 1400, Inputs = 1300, Units = 11;
        Assert.True(Outputs * Inputs * Units > LayerFactors.NumbersAtOnce);
        var block = Block(Outputs, Inputs);
        var (a, b) = (Waves(1.3, Units, 1, 2, Inputs), Waves(0.7, Units, 1, 2, Outputs));
        using var whitening = BlockWhitening.Coordinatewise(block, null, null, Waves(0.9, 1, Outputs, Inputs) + 2, null);
        var factors = new PairFactors(block, a, b);
        PerExampleLoop.AssertClose(factors.ToExplicit().SquaredNorms(whitening), factors.SquaredNorms(whitening), 1e-5);
    }

    [Fact]
    public void SideMoments_SideTooLargeToRotate_GivesItsDiagonal()
    {
        using var scope = NewDisposeScope();
        var block = Block(3, KroneckerCurvature.LargestRotatedSide + 1);
        var a = Waves(1.3, 2, 1, 2, block.Inputs);
        var (inside, outside) = new PairFactors(block, a, Waves(0.7, 2, 1, 2, 3)).SideMoments();
        Assert.Equal([1, 3, 3], outside.shape);
        PerExampleLoop.AssertClose(a.square().sum([0, 2]), inside, 1e-6);
    }

    [Fact]
    public void Swapped_Pairs_AreTheTransposedGradients()
    {
        using var scope = NewDisposeScope();
        var pairs = new PairFactors(Block(3, 5), Waves(1.3, 2, 1, 4, 5), Waves(0.7, 2, 1, 4, 3));
        PerExampleLoop.AssertClose(pairs.ToExplicit().Gradients.transpose(-1, -2), pairs.Swapped(Block(5, 3)).ToExplicit().Gradients, 1e-6);
    }

    private static ParameterBlock Block(long outputs, long inputs) => new("w", zeros(outputs, inputs), null, 1, outputs, inputs, string.Empty);

    private static Tensor Waves(double step, params long[] shape) =>
        (arange(shape.Aggregate(1L, (product, size) => product * size), dtype: ScalarType.Float32) * step).sin().reshape(shape);
}
