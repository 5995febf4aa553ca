using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>The measured curvature is the one of docs/derivations/curvature.md, written out.</summary>
public sealed class KroneckerCurvatureTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.3)]
    [InlineData(0.0)]
    public void Of_OneInputManyLabels_IsTheTemperedCovarianceAndTheDoubt(double temperature)
    {
        // With one input a, E[∇ℓ∇ℓᵀ] = (Cov_τ + (p − p_τ)(p − p_τ)ᵀ) ⊗ aaᵀ exactly; at τ = 1 the Fisher matrix, (diag p − ppᵀ) ⊗ aaᵀ.
        using var scope = NewDisposeScope();
        const int rows = 20_000;
        using var model = new ModuleModel(Filled.Parameters(Linear(3, 4), scale: 1));
        var input = Filled.Normal(1, 1, 3);
        var grid = Enumerable.Range(0, rows).Select(row => (row + 0.5f) / rows).ToArray();
        using var curvature = KroneckerCurvature.Of(model, LossFunction.CrossEntropy, [[input.expand(rows, 3)]], temperature, _ => grid);

        var logits = model.Forward([input])[0].to_type(ScalarType.Float64);
        var (p, tempered) = (softmax(logits, 0), softmax(logits * temperature, 0));
        var doubt = (p - tempered).unsqueeze(1);
        var covariance = tempered.diag() - outer(tempered, tempered);
        var a = cat([input[0], ones(1)]).to_type(ScalarType.Float64);
        PerExampleLoop.AssertClose(kron(covariance + doubt.matmul(doubt.transpose(0, 1)), outer(a, a)), DenseCurvature.Of(curvature), 1e-3);
    }

    [Fact]
    public void Of_RankOneLayer_IsTheProductOfTheSidesMoments()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Filled.Parameters(Linear(3, 4)));
        var inputs = Filled.Normal(5, 30, 3);
        var uniform = Filled.Normal(6, 30).sigmoid();
        using var curvature = KroneckerCurvature.Of(model, LossFunction.CrossEntropy, [[inputs]], 0.3, _ => uniform.data<float>().ToArray());

        var outputs = model.Forward([inputs]);
        var labels = LossFunction.CrossEntropy.SampleLabels(outputs, 0.3, uniform);
        var b = (softmax(outputs, 1) - functional.one_hot(labels, 4)).to_type(ScalarType.Float64);
        var a = cat([inputs, ones(30, 1)], 1).to_type(ScalarType.Float64);
        var product = kron(b.transpose(0, 1).matmul(b), a.transpose(0, 1).matmul(a));
        var energy = (a.square().sum(1) * b.square().sum(1)).mean();
        PerExampleLoop.AssertClose(product * energy / product.trace(), DenseCurvature.Of(curvature));
    }

    [Theory]
    [InlineData("linear, many positions")]
    [InlineData("conv2d, groups")]
    [InlineData("layer norm, positions")]
    public void Of_FormedGradients_IsTheProductOfTheirRowsAndColumns(string name)
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get(name);
        var module = layer.Module();
        using var model = new ModuleModel(module);
        var input = layer.Input(20);
        using var curvature = DenseCurvature.Measure(model, input);
        var block = model.Blocks[0];
        var gradients = PerExampleLoop.Gradients(module, model, input).to_type(ScalarType.Float64).narrow(1, 0, block.Count).reshape([20, .. block.MatrixShape]);
        var products = Enumerable.Range(0, (int)block.Groups).Select(group =>
        {
            var g = gradients.select(1, group);
            return kron(g.matmul(g.transpose(1, 2)).sum([0]), g.transpose(1, 2).matmul(g).sum([0]));
        }).ToList();
        var trace = products.Select(product => product.trace()).Aggregate((sum, next) => sum + next);
        var expected = block_diag([.. products]) * (gradients.square().sum() / 20 / trace);
        PerExampleLoop.AssertClose(expected, DenseCurvature.Of(curvature).narrow(0, 0, block.Count).narrow(1, 0, block.Count));
    }

    [Fact]
    public void Of_LookUps_CountsEachRowOfTheTable()
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get("embedding, repeated tokens");
        using var model = new ModuleModel(layer.Module());
        var tokens = layer.Input(20);
        using var curvature = DenseCurvature.Measure(model, tokens);
        var block = Assert.Single(curvature.Blocks);
        Assert.Null(block.InBasis);
        var counts = tokens.flatten().to_type(ScalarType.Int64).bincount(null, block.Block.Inputs).to_type(ScalarType.Float32);
        PerExampleLoop.AssertClose(counts / counts.sum(), block.Eigenvalues[0].sum([0]) / block.Eigenvalues.sum());
    }

    [Theory]
    [MemberData(nameof(GeometryContract.Layers), MemberType = typeof(GeometryContract))]
    public void Trace_OfEveryLayer_IsTheMeanSquaredNormOfAGradient(string name)
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get(name);
        var module = layer.Module();
        using var model = new ModuleModel(module);
        var input = layer.Input(12);
        using var curvature = DenseCurvature.Measure(model, input);
        var squares = PerExampleLoop.Gradients(module, model, input).square().sum(1).mean().item<float>();
        Assert.Equal(squares, curvature.Trace, 1e-4 * squares);
        Assert.Equal(model.ParameterCount, curvature.Dimension);
        Assert.Equal(12, curvature.Rows);
    }

    [Fact]
    public void Of_SeveralBatches_IsThatOfAllRows()
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get("conv2d, few positions, groups");
        using var model = new ModuleModel(layer.Module());
        var input = layer.Input(9);
        using var whole = DenseCurvature.Measure(model, input);
        using var pieces = KroneckerCurvature.Of(model, new SineLoss(), [[input.narrow(0, 0, 2)], [input.narrow(0, 2, 6)], [input.narrow(0, 8, 1)]], 1, count => new float[count]);
        PerExampleLoop.AssertClose(DenseCurvature.Of(whole), DenseCurvature.Of(pieces));
    }

    [Fact]
    public void Of_SideTooLongToRotate_KeepsItsOwnAxes()
    {
        using var scope = NewDisposeScope();
        const long inputs = KroneckerCurvature.LargestRotatedSide + 1;
        using var model = new ModuleModel(Filled.Parameters(Linear(inputs, 2, hasBias: false), scale: 0.01));
        var input = Filled.Normal(3, 5, inputs);
        using var curvature = DenseCurvature.Measure(model, input);
        var block = Assert.Single(curvature.Blocks);
        Assert.Null(block.InBasis);
        Assert.NotNull(block.OutBasis);
        PerExampleLoop.AssertClose(input.square().sum([0]) / input.square().sum(), block.Eigenvalues[0].sum([0]) / block.Eigenvalues.sum());
    }

    [Fact]
    public void Of_RowsThatSayNothing_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Filled.Parameters(Linear(3, 4, hasBias: false)));
        Assert.Throws<ArgumentException>(() => KroneckerCurvature.Of(model, LossFunction.CrossEntropy, [], 1, count => new float[count]));
        Assert.Throws<ArgumentException>(() => KroneckerCurvature.Of(model, LossFunction.CrossEntropy, [[zeros(2, 3)]], 1, count => new float[count]));
        var exception = Assert.Throws<ArgumentException>(() => KroneckerCurvature.Of(model, LossFunction.CrossEntropy, [[full([2, 3], float.NaN)]], 1, count => new float[count]));
        Assert.StartsWith("weight: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(0.1, 0)]
    public void Of_GeometryWithoutDampingOrDimension_IsRefused(double damping, long dimension)
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(LayerCases.Get("linear").Module());
        using var curvature = DenseCurvature.Measure(model, LayerCases.Get("linear").Input(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => KroneckerGeometry.Of(curvature, damping, dimension));
    }

    [Fact]
    public void SampleLabels_OfEveryLoss_FollowTheModelsLaw()
    {
        // Uniforms on a grid, so that frequencies are probabilities to within its step.
        using var scope = NewDisposeScope();
        const int count = 10_000;
        var uniform = (arange(count, dtype: ScalarType.Float32) + 0.5) / count;
        var logits = tensor([0.5f, -1, 2]);
        var classes = LossFunction.CrossEntropy.SampleLabels(logits.expand(count, 3), 0.5, uniform);
        PerExampleLoop.AssertClose(softmax(logits * 0.5, 0), classes.bincount(null, 3).to_type(ScalarType.Float32) / count, 1e-3);

        var ones = LossFunction.Binary.SampleLabels(full([count, 1], 1.5f), 0.5, uniform);
        Assert.Equal(1 / (1 + Math.Exp(-0.75)), ones.mean().item<float>(), 1e-3);

        var targets = LossFunction.Squared.SampleLabels(full([count, 1], 3f), 1, uniform);
        Assert.Equal(3, targets.mean().item<float>(), 1e-3);
        Assert.Equal(1, targets.var().item<float>(), 1e-2);

        var counts = LossFunction.Poisson.SampleLabels(full([count, 1], (float)Math.Log(20)), 1, uniform);
        Assert.Equal(20, counts.mean().item<float>(), 0.02);
        Assert.Equal(20, counts.var().item<float>(), 0.2);
        Assert.True(counts.min().item<float>() >= 0);
    }
}
