using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry.Projections;

public sealed class SparseProjectionTests : ProjectionContract
{
    protected override SubspaceGeometry Make(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed) => RandomProjections.Sparse(blocks, dimension, seed);

    [Fact]
    public void Columns_HaveOneEntryInEachPart()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var geometry = RandomProjections.Sparse(model.Blocks, 10, 1);
        var filled = MapOf(geometry).ne(0).to_type(ScalarType.Int64);
        long start = 0;
        foreach (var length in new[] { 2, 2, 3, 3 })
        {
            Assert.True(filled.narrow(0, start, length).sum([0]).eq(1).all().item<bool>());
            start += length;
        }
    }
}
