using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry.Projections;

public sealed class KroneckerProjectionTests : ProjectionContract
{
    protected override SubspaceGeometry Make(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed) =>
        RandomProjections.Kronecker(blocks, Math.Max(dimension, blocks.Sum(block => block.Groups)), seed);

    // Each block keeps side² of its numbers, so the share is the block's own.
    protected override IEnumerable<double> Expected(IReadOnlyList<ParameterBlock> blocks, long dimension, IReadOnlyList<Tensor> vectors) =>
        vectors.Select(vector =>
        {
            double kept = 0;
            long start = 0;
            foreach (var block in blocks)
            {
                kept += vector.narrow(0, start, block.Count).square().sum().item<double>() * dimension / blocks.Count / block.Count;
                start += block.Count;
            }

            return kept / vector.square().sum().item<double>();
        });

    [Fact]
    public void Rows_AreOrthonormal()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var geometry = RandomProjections.Kronecker(model.Blocks, 10, 2);
        var map = MapOf(geometry);
        Assert.Equal(8, geometry.Dimension);
        Assert.True((map.matmul(map.transpose(0, 1)) - eye(8, dtype: ScalarType.Float64)).abs().max().item<double>() < 1e-5);
    }
}
