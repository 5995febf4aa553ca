using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry.Projections;

public sealed class GaussianProjectionTests : ProjectionContract
{
    protected override SubspaceGeometry Make(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed) => RandomProjections.Gaussian(blocks, dimension, seed);

    [Fact]
    public void Entries_AreNormal()
    {
        // Fourth moment 3, where signs have 1 and uniforms 1.8; and no two entries equal in place of another.
        using var scope = NewDisposeScope();
        using var model = Model();
        using var geometry = RandomProjections.Gaussian(model.Blocks, 39, 1);
        var entries = MapOf(geometry).flatten() * Math.Sqrt(39);
        var error = Math.Sqrt(96.0 / entries.numel());
        Assert.InRange(entries.pow(4).mean().item<double>(), 3 - (4.9 * error), 3 + (4.9 * error));
        Assert.True(entries.unique().output.numel() > 0.95 * entries.numel());
    }

    [Fact]
    public void Fill_InParts_IsTheSameSequence()
    {
        var whole = new float[32];
        CounterGenerator.FillNormal(4, 0, whole, 1);
        var part = new float[8];
        CounterGenerator.FillNormal(4, 3, part, 1);
        Assert.Equal(whole[12..20], part);
    }
}
