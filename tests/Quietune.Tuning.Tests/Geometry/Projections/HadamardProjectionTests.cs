using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Geometry.Projections;

public sealed class HadamardProjectionTests : ProjectionContract
{
    protected override SubspaceGeometry Make(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed) => RandomProjections.Hadamard(blocks, dimension, seed);

    [Fact]
    public void Rows_OfBlocksThatNeedNoPadding_AreOrthonormal()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Sequential(Linear(7, 4), Tanh(), Linear(4, 8, hasBias: false)));
        using var geometry = RandomProjections.Hadamard(model.Blocks, 16, 2);
        var map = MapOf(geometry);
        Assert.True((map.matmul(map.transpose(0, 1)) - eye(16, dtype: ScalarType.Float64)).abs().max().item<double>() < 1e-5);
        Assert.True((map.abs() - (1 / Math.Sqrt(64))).abs().max().item<double>() < 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(512)]
    [InlineData(8192)]
    public void Transform_OfEachSize_IsTheHadamardMatrix(int size)
    {
        // One row of Sylvester's matrix: the sign of entry (i, j) is the parity of the bits that i and j share.
        using var scope = NewDisposeScope();
        var place = size * 5 / 7;
        var unit = functional.one_hot(tensor(new long[] { place }), size).to_type(ScalarType.Float32);
        var row = HadamardTransform.Of(unit)[0].data<float>().ToArray();
        Assert.Equal(HadamardTransform.ByProducts(unit)[0].data<float>().ToArray(), row, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.All(row.Select((value, i) => (value, i)), entry =>
            Assert.Equal((System.Numerics.BitOperations.PopCount((uint)(entry.i & place)) % 2 == 0 ? 1 : -1) / Math.Sqrt(size), entry.value, 1e-5));
    }
}
