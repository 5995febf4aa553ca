using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Geometry.Projections;

/// <summary>
/// What every random subspace promises beside a geometry's contract: a seed is all that it needs, and E[PᵀP] = (k/d)·I. Its metric in the
/// geometry's contract is the matrix of its lifts, so that contract ties coordinates, norms and sums to the one matrix that is examined here.
/// </summary>
public abstract class ProjectionContract : GeometryContract
{
    private const long Kept = 8;

    /// <summary>The projection of the blocks to about <paramref name="dimension"/> coordinates.</summary>
    protected abstract SubspaceGeometry Make(IReadOnlyList<ParameterBlock> blocks, long dimension, ulong seed);

    protected sealed override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        var geometry = Make(model.Blocks, Math.Min(5, model.ParameterCount), 3);
        var map = MapOf(geometry);
        return (geometry, map.transpose(0, 1).matmul(map));
    }

    [Fact]
    public void Lift_SameSeed_IsTheSameMapAndAnotherSeedAnother()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var first = Make(model.Blocks, Kept, 5);
        using var second = Make(model.Blocks, Kept, 5);
        using var other = Make(model.Blocks, Kept, 6);
        Assert.Equal(0, (MapOf(first) - MapOf(second)).abs().max().item<double>());
        Assert.True((MapOf(first) - MapOf(other)).norm().item<double>() > 0.1);
    }

    [Fact]
    public void SquaredNorm_OverSeeds_KeepsDimensionOverParametersOfTheEnergy()
    {
        // For a unit vector in random position, one that is one number in one block, and one that is even: E‖Px‖² = k/d. Alpha 1e-6 by the normal
        // law of the mean of many seeds; a scale that is wrong by a factor 2/3 or 3/2, or one that forgets a block, is rejected.
        using var scope = NewDisposeScope();
        using var model = Model();
        var count = model.ParameterCount;
        Tensor[] vectors = [Models.Filled.Normal(3, count).to_type(ScalarType.Float64), eye(count, dtype: ScalarType.Float64)[2], eye(count, dtype: ScalarType.Float64)[count - 1], ones([count], dtype: ScalarType.Float64)];
        var shares = vectors.Select(_ => new List<double>()).ToList();
        long dimension = 0;
        for (ulong seed = 0; seed < 400; seed++)
        {
            using var pass = NewDisposeScope();
            using var geometry = Make(model.Blocks, Kept, seed);
            dimension = geometry.Dimension;
            var map = MapOf(geometry);
            for (var i = 0; i < vectors.Length; i++)
            {
                shares[i].Add(map.mv(vectors[i] / vectors[i].norm()).square().sum().item<double>());
            }
        }

        foreach (var share in Expected(model.Blocks, dimension, vectors).Zip(shares))
        {
            var mean = share.Second.Average();
            var error = Math.Sqrt(share.Second.Sum(value => (value - mean) * (value - mean)) / share.Second.Count / (share.Second.Count - 1));
            Assert.True(Math.Abs(mean - share.First) <= (4.9 * error) + 1e-6, $"kept {mean}, expected {share.First} ± {error}");
            Assert.True(error < share.First / 20, $"error {error} would let a wrong scale pass");
        }
    }

    [Theory]
    [InlineData(8, 11, typeof(PairFactors))]
    [InlineData(8, 20, typeof(ExplicitFactors))]
    [InlineData(64, 11, typeof(PairFactors))]
    [InlineData(64, 20, typeof(ExplicitFactors))]
    public void Coordinates_OfMoreRowsThanAreTakenTogether_AreThoseOfTheMap(long dimension, long positions, Type form)
    {
        // 21 rows and 11 positions are full runs of eight and a rest; a lane that lands in another row, or a row that is left over, is seen.
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Models.Filled.Parameters(Sequential(Linear(40, 21), Tanh(), Linear(21, 10))));
        using var geometry = Make(model.Blocks, dimension, 4);
        var gradients = UnitGradients.Of(model, [Models.Filled.Normal(6, 3 * positions * 40).reshape(3, positions, 40)], outputs => outputs.sum([1, 2]).sin());
        Assert.IsType(form, gradients.Layers[0]);
        var rows = cat([.. gradients.Layers.Select(layer => layer.ToExplicit().Gradients.flatten(1))], 1).to_type(ScalarType.Float64);
        PerExampleLoop.AssertClose(rows.matmul(MapOf(geometry).transpose(0, 1)), geometry.Coordinates(gradients), 1e-4);
    }

    /// <summary>The share that each vector should keep: k/d of any.</summary>
    protected virtual IEnumerable<double> Expected(IReadOnlyList<ParameterBlock> blocks, long dimension, IReadOnlyList<Tensor> vectors) =>
        vectors.Select(_ => (double)dimension / blocks.Sum(block => block.Count));

    /// <summary>P as a matrix, [k, d], float64.</summary>
    protected static Tensor MapOf(IGeometry geometry)
    {
        var basis = eye(geometry.Dimension);
        return stack([.. Enumerable.Range(0, (int)geometry.Dimension).Select(i => PerExampleLoop.Flat(geometry.Lift(basis[i])))]).to_type(ScalarType.Float64);
    }

    /// <summary>A model of two layers and 4·6 + 3·5 = 39 parameters.</summary>
    protected static ModuleModel Model() => new(Models.Filled.Parameters(Sequential(Linear(5, 4), Tanh(), Linear(4, 3))));
}
