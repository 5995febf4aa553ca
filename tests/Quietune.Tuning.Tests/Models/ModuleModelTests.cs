using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Models;

/// <summary>A module's parameters in blocks: each once, frozen ones never.</summary>
public sealed class ModuleModelTests
{
    [Theory]
    [MemberData(nameof(LayerCases.Names), MemberType = typeof(LayerCases))]
    public void Blocks_OfEveryLayer_HoldEachParameterOnce(string name)
    {
        using var scope = NewDisposeScope();
        var module = LayerCases.Get(name).Module();
        using var model = new ModuleModel(module);
        Assert.Equal(module.parameters().DistinctBy(parameter => parameter.Handle).Sum(parameter => parameter.numel()), model.ParameterCount);
        Assert.Equal(model.Blocks.Count, model.Blocks.Select(block => block.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(LayerCases.Names), MemberType = typeof(LayerCases))]
    public void Move_ThereAndBack_ChangesOutputAndRestoresIt(string name)
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get(name);
        using var model = new ModuleModel(layer.Module());
        var input = layer.Input(3);
        var before = model.Forward([input]);
        using var origin = model.Capture();
        using var delta = new ParameterDelta([.. origin.Matrices.Select((matrix, i) => Filled.Normal((ulong)i + 50, matrix.shape))]);

        model.Move(origin, delta, 0.25);
        using var moved = model.Capture();
        PerExampleLoop.AssertClose(PerExampleLoop.Flat(origin.Combine(1, delta, 0.25)), PerExampleLoop.Flat(moved), 1e-6);
        Assert.False(before.allclose(model.Forward([input])));

        model.Move(origin);
        Assert.True(before.equal(model.Forward([input])).all().item<bool>());
    }

    [Fact]
    public void Move_ByAGradientStep_LowersTheLossAsTheGradientSays()
    {
        // Ties the matrix layout of gradients to that of parameters: a transposed block would not descend at this rate.
        using var scope = NewDisposeScope();
        var module = Filled.Parameters(Sequential(Conv2d(2, 4, 3, groups: 2), Tanh(), Flatten(), Linear(16, 3)), scale: 0.3);
        using var model = new ModuleModel(module);
        var input = Filled.Normal(3, 5, 2, 4, 4);
        var gradients = UnitGradients.Of(model, [input], PerExampleLoop.Loss);
        using var origin = model.Capture();
        using var slope = new ParameterDelta([.. gradients.Layers.Select(layer => layer.WeightedSum(ones(5)))]);
        var squared = PerExampleLoop.Flat(slope).square().sum().item<float>();
        const float step = 1e-3f;
        model.Move(origin, slope, step / Math.Sqrt(squared));
        var up = PerExampleLoop.Loss(model.Forward([input])).sum().item<float>();
        model.Move(origin, slope, -step / Math.Sqrt(squared));
        var down = PerExampleLoop.Loss(model.Forward([input])).sum().item<float>();
        Assert.Equal(Math.Sqrt(squared), (up - down) / (2 * step), 0.02 * Math.Sqrt(squared));
    }

    [Theory]
    [InlineData("0.weight")]
    [InlineData("0.bias")]
    [InlineData("2.weight")]
    [InlineData("2.bias")]
    public void Blocks_OfChosenParameters_LeaveTheRestFrozen(string chosen)
    {
        using var scope = NewDisposeScope();
        var module = Filled.Parameters(Sequential(Linear(4, 5), Tanh(), Linear(5, 3)));
        using var model = new ModuleModel(module, name => name == chosen);
        var input = Filled.Normal(3, 6, 4);
        Assert.Equal(chosen, Assert.Single(model.Blocks).Name);
        var expected = PerExampleLoop.Gradients(module, model, input);
        PerExampleLoop.AssertClose(expected, PerExampleLoop.Flat(UnitGradients.Of(model, [input], PerExampleLoop.Loss)));

        var frozen = module.named_parameters().Where(entry => entry.name != chosen).Select(entry => (entry.parameter, Copy: entry.parameter.clone())).ToList();
        using var origin = model.Capture();
        model.Move(origin, origin, 1);
        Assert.All(frozen, entry => Assert.True(entry.parameter.equal(entry.Copy).all().item<bool>()));
    }

    [Fact]
    public void Constructor_NothingToTune_Throws()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => new ModuleModel(Linear(2, 2), _ => false));
    }

    [Fact]
    public void Forward_OfANetworkWithDropoutAndBatchNorm_IsInInferenceMode()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Filled.Parameters(Sequential(Linear(4, 6), BatchNorm1d(6), Dropout(0.5), Linear(6, 2))));
        var input = Filled.Normal(3, 6, 4);
        var together = model.Forward([input]);
        Assert.True(together.allclose(model.Forward([input])));
        Assert.True(together.narrow(0, 2, 1).allclose(model.Forward([input.narrow(0, 2, 1)]), 1e-5, 1e-6));
    }
}
