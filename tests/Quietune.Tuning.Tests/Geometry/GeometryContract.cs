using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>
/// What every geometry promises: it is one linear map W, the same in every operation, and WᵀW is the inverse metric that it says it is.
/// A class for a geometry inherits this one, and gives the geometry and the same metric built another way.
/// </summary>
public abstract class GeometryContract
{
    private const int UnitCount = 7;

    /// <summary>Layers whose factors come in every form: rank one, pairs of positions, whole, grouped, looked up, affine, slow, tied, absent.</summary>
    public static TheoryData<string> Layers =>
    [
        "linear",
        "linear, no bias",
        "linear, few positions",
        "linear, many positions",
        "conv1d, stride, padding, dilation",
        "conv2d",
        "conv2d, groups",
        "conv2d, few positions, groups",
        "embedding, repeated tokens",
        "layer norm, positions",
        "custom module",
        "one weight, two biases, positions",
        "layer never called",
    ];

    /// <summary>Largest relative error that float32 is allowed.</summary>
    protected virtual double Tolerance => 1e-4;

    /// <summary>The geometry under test, and its A⁻¹.</summary>
    /// <param name="model">The model; a row of the matrix is its blocks' matrices one after the other.</param>
    /// <param name="publicInputs">Public rows [R, …] for geometries that look at data; their loss is <see cref="SineLoss"/>.</param>
    /// <returns>The geometry, disposed by the caller, and A⁻¹ [d, d], float64, from other formulas than the geometry's own.</returns>
    protected abstract (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs);

    [Theory]
    [MemberData(nameof(Layers))]
    public void Lift_OfEveryBasisVector_GivesTheInverseMetric(string layer)
    {
        using var setting = new Setting(this, layer);
        Assert.Equal(setting.Model.Blocks.Select(block => block.MatrixShape), setting.Geometry.Lift(zeros(setting.Geometry.Dimension)).Matrices.Select(matrix => matrix.shape));
        PerExampleLoop.AssertClose(setting.InverseMetric, setting.Lifts.matmul(setting.Lifts.transpose(0, 1)), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void SquaredNorms_OfEveryLayer_AreTheMetricsOwn(string layer)
    {
        using var setting = new Setting(this, layer);
        var expected = (setting.Rows.matmul(setting.InverseMetric) * setting.Rows).sum(1);
        PerExampleLoop.AssertClose(expected, setting.Geometry.SquaredNorms(setting.Gradients), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void WeightedSum_OfEveryLayer_IsTheAdjointOfLift(string layer)
    {
        // ⟨Wg, s⟩ = ⟨g, Wᵀs⟩ for all s: then W is the transpose of the matrix of lifts, coordinate by coordinate.
        using var setting = new Setting(this, layer);
        var weights = linspace(-1, 2, UnitCount);
        var sum = setting.Geometry.WeightedSum(setting.Gradients, weights);
        Assert.Equal([setting.Geometry.Dimension], sum.shape);
        PerExampleLoop.AssertClose(weights.to_type(ScalarType.Float64).matmul(setting.Rows).matmul(setting.Lifts), sum, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void SquaredNorms_OfOneUnit_AreTheNormOfItsSum(string layer)
    {
        // The norm that is clipped must be that of the very vector that is summed.
        using var setting = new Setting(this, layer);
        var norms = setting.Geometry.SquaredNorms(setting.Gradients);
        var sums = stack([.. Enumerable.Range(0, UnitCount).Select(unit => setting.Geometry.WeightedSum(setting.Gradients, Only(unit)))]);
        PerExampleLoop.AssertClose(norms, sums.square().sum(1), Tolerance);
        var clipNorm = norms.sqrt().median().item<float>();
        var clipped = sums * PrivatePass.ClipWeights(norms.sqrt(), clipNorm).unsqueeze(1);
        Assert.True(clipped.norm(1).max().item<float>() <= clipNorm * (1 + Tolerance));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void AllOperations_InPieces_EqualTheWholeBatch(string layer)
    {
        using var setting = new Setting(this, layer);
        var weights = linspace(-1, 2, UnitCount);
        var whole = (setting.Geometry.SquaredNorms(setting.Gradients), setting.Geometry.WeightedSum(setting.Gradients, weights));
        foreach (var size in new[] { 1, 2, 3 })
        {
            var norms = new List<Tensor>();
            var sum = zeros_like(whole.Item2);
            for (var start = 0; start < UnitCount; start += size)
            {
                var count = Math.Min(size, UnitCount - start);
                var piece = UnitGradients.Of(setting.Model, [setting.Input.narrow(0, start, count)], PerExampleLoop.Loss);
                norms.Add(setting.Geometry.SquaredNorms(piece));
                sum.add_(setting.Geometry.WeightedSum(piece, weights.narrow(0, start, count)));
            }

            PerExampleLoop.AssertClose(whole.Item1, cat(norms), 1e-5);
            PerExampleLoop.AssertClose(whole.Item2, sum, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Whiten_OfDeferredGradients_AnswersAsTheFactorsDo(string layer)
    {
        using var setting = new Setting(this, layer);
        var weights = linspace(-1, 2, UnitCount);
        var norms = setting.Geometry.SquaredNorms(setting.Gradients);
        var sum = setting.Geometry.WeightedSum(setting.Gradients, weights);
        var deferred = UnitGradients.Deferred(setting.Model, [setting.Input], PerExampleLoop.Loss);
        using var quiet = no_grad();
        var first = setting.Geometry.Whiten(deferred.Slice(0, 3));
        var second = setting.Geometry.Whiten(deferred.Slice(3, UnitCount - 3));
        PerExampleLoop.AssertClose(norms, cat([first.SquaredNorms(), second.SquaredNorms()]), 1e-5);
        PerExampleLoop.AssertClose(sum, first.WeightedSum(weights.narrow(0, 0, 3)) + second.WeightedSum(weights.narrow(0, 3, UnitCount - 3)), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Whiten_OtherUnitsAround_LeavesAUnitsNumbersToTheBit(string layer)
    {
        // The margin for rounding leans on it: at its place a unit has the numbers that its rows give it, whatever stands at the other places.
        using var setting = new Setting(this, layer);
        Assert.Equal(Numbers(setting.Input), Numbers(setting.Input.index_select(0, tensor(new long[] { 6, 5, 2, 0, 1, 4, 3 }))));

        double[] Numbers(Tensor input)
        {
            var gradients = UnitGradients.Deferred(setting.Model, [input], PerExampleLoop.Loss);
            using var quiet = no_grad();
            var units = setting.Geometry.Whiten(gradients);
            return [units.SquaredNorms()[2].item<double>(), .. units.WeightedSum(Only(2).to_type(ScalarType.Float64)).data<double>()];
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void SquaredNorms_RowsOfOneUnit_AddFirst(string layer)
    {
        using var setting = new Setting(this, layer);
        var units = tensor(new long[] { 0, 1, 1, 1, 2, 2, 3 });
        var batch = new TensorBatch([setting.Input], zeros(UnitCount), units, 4);
        var rows = zeros([4, setting.Rows.shape[1]], dtype: ScalarType.Float64).index_add(0, units, setting.Rows, 1);
        var expected = (rows.matmul(setting.InverseMetric) * rows).sum(1);
        PerExampleLoop.AssertClose(expected, setting.Geometry.SquaredNorms(UnitGradients.Of(setting.Model, new SineLoss(), batch)), Tolerance);
    }

    [Fact]
    public void AllOperations_Repeated_LeaveNoTensorAlive()
    {
        using var model = new ModuleModel(LayerCases.Get("linear").Module());
        var input = LayerCases.Get("linear").Input(UnitCount);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 5; i++)
        {
            using var scope = NewDisposeScope();
            using var geometry = Make(model, input).Geometry;
            var gradients = UnitGradients.Of(model, [input], PerExampleLoop.Loss);
            geometry.SquaredNorms(gradients);
            using var delta = geometry.Lift(geometry.WeightedSum(gradients, ones(UnitCount)));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        input.Dispose();
    }

    private static Tensor Only(int unit)
    {
        var weights = zeros(UnitCount);
        weights[unit] = 1;
        return weights;
    }

    /// <summary>A small model, its geometry, and W as the matrix of its lifts.</summary>
    private sealed class Setting : IDisposable
    {
        private readonly DisposeScope scope = NewDisposeScope();

        public Setting(GeometryContract contract, string layer)
        {
            var form = LayerCases.Get(layer);
            var module = form.Module();
            Model = new ModuleModel(module);
            Input = form.Input(UnitCount);
            (Geometry, InverseMetric) = contract.Make(Model, form.Input(24, seed: 11));
            Rows = PerExampleLoop.Gradients(module, Model, Input).to_type(ScalarType.Float64);
            Gradients = UnitGradients.Of(Model, [Input], PerExampleLoop.Loss);
            var basis = eye(Geometry.Dimension);
            Lifts = stack([.. Enumerable.Range(0, (int)Geometry.Dimension).Select(i => PerExampleLoop.Flat(Geometry.Lift(basis[i])))], 1).to_type(ScalarType.Float64);
        }

        public ModuleModel Model { get; }

        public Tensor Input { get; }

        public IGeometry Geometry { get; }

        public Tensor InverseMetric { get; }

        public UnitGradients Gradients { get; }

        /// <summary>[units, d], one backward pass each.</summary>
        public Tensor Rows { get; }

        /// <summary>Wᵀ, [d, k].</summary>
        public Tensor Lifts { get; }

        public void Dispose()
        {
            Geometry.Dispose();
            Model.Dispose();
            scope.Dispose();
        }
    }
}
