using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Gradients;

/// <summary>Factors say the same as one backward pass a row.</summary>
public sealed class UnitGradientsTests
{
    public static IEnumerable<TheoryDataRow<string, int>> CasesAndBatches() =>
        LayerCases.Names.SelectMany(name => new[] { 1, 2, 7 }.Select(rows => new TheoryDataRow<string, int>(name.Data, rows)));

    [Theory]
    [MemberData(nameof(CasesAndBatches))]
    public void Of_EveryLayer_EqualsPerExampleLoop(string name, int rows)
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get(name);
        var module = layer.Module();
        using var model = new ModuleModel(module);
        var input = layer.Input(rows);
        var expected = PerExampleLoop.Gradients(module, model, input);
        var gradients = UnitGradients.Of(model, [input], PerExampleLoop.Loss);
        using var geometry = new IdentityGeometry(model.Blocks);
        var weights = linspace(-1, 2, rows);

        Assert.StartsWith(layer.Rule, model.Blocks[0].Rule, StringComparison.Ordinal);
        Assert.Equal(rows, gradients.Units);
        PerExampleLoop.AssertClose(expected, PerExampleLoop.Flat(gradients));
        PerExampleLoop.AssertClose(expected.square().sum(1), geometry.SquaredNorms(gradients));
        PerExampleLoop.AssertClose(weights.matmul(expected), geometry.WeightedSum(gradients, weights));
    }

    [Theory]
    [MemberData(nameof(LayerCases.Names), MemberType = typeof(LayerCases))]
    public void Of_RowsOfOneUnit_AddBeforeTheNorm(string name)
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get(name);
        var module = layer.Module();
        using var model = new ModuleModel(module);
        var input = layer.Input(5);
        var units = tensor(new long[] { 0, 0, 1, 2, 2 });
        var batch = new TensorBatch([input], arange(5, dtype: ScalarType.Float32), units, 3);
        var loss = new SineLoss();
        var rows = PerExampleLoop.Gradients(module, model, input);
        var expected = zeros([3, rows.shape[1]]).index_add(0, units, rows, 1);
        var gradients = UnitGradients.Of(model, loss, batch);
        using var geometry = new IdentityGeometry(model.Blocks);
        var weights = tensor(new[] { 0.5f, -1, 2 });

        PerExampleLoop.AssertClose(expected.square().sum(1), geometry.SquaredNorms(gradients));
        PerExampleLoop.AssertClose(weights.matmul(expected), geometry.WeightedSum(gradients, weights));
    }

    [Fact]
    public void Of_InsideNoGrad_StillRecords()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(LayerCases.Get("linear").Module());
        using var quiet = no_grad();
        var gradients = UnitGradients.Of(model, [LayerCases.Get("linear").Input(2)], PerExampleLoop.Loss);
        Assert.True(PerExampleLoop.Flat(gradients).norm().item<float>() > 0);
        Assert.False(is_grad_enabled());
    }

    [Fact]
    public void Of_LossThatDependsOnNoParameter_Throws()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(LayerCases.Get("linear").Module());
        Assert.Throws<ArgumentException>(() => UnitGradients.Of(model, [LayerCases.Get("linear").Input(2)], outputs => outputs.detach().sum(1)));
    }
}
