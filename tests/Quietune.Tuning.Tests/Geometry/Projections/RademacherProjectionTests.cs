using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry.Projections;

public sealed class RademacherProjectionTests : ProjectionContract
{
    protected override SubspaceGeometry Make(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed) => RandomProjections.Rademacher(blocks, dimension, seed);

    [Fact]
    public void Entries_AreSignsOfOneSize()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var geometry = RandomProjections.Rademacher(model.Blocks, 8, 1);
        var entries = MapOf(geometry) * Math.Sqrt(39);
        Assert.True((entries.abs() - 1).abs().max().item<double>() < 1e-6);
    }
}
