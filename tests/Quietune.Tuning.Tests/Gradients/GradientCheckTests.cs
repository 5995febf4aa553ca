using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Gradients;

/// <summary>What no rule can see is found on public rows, and the slow road is then exact.</summary>
public sealed class GradientCheckTests
{
    [Theory]
    [MemberData(nameof(LayerCases.Names), MemberType = typeof(LayerCases))]
    public void Mismatched_SupportedLayer_FindsNothing(string name)
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get(name);
        using var model = new ModuleModel(layer.Module());
        Assert.Empty(GradientCheck.Mismatched(model, new SineLoss(), Batch(layer.Input(4))));
    }

    [Fact]
    public void Mismatched_TableUsedAgainAsOutputLayer_IsFoundAndTheSlowRoadIsExact() =>
        AssertFoundAndRepaired(() => new TiedTable(5, 3), Filled.Indices(3, 5, 4, 6), "table.weight");

    [Fact]
    public void Mismatched_ActivationThatOverwrites_IsFoundAndTheSlowRoadIsExact() =>
        AssertFoundAndRepaired(() => new OverwritingActivation(4), Filled.Normal(3, 4, 4), "first.weight");

    [Fact]
    public void Mismatched_PaddingToken_IsFoundAndTheSlowRoadIsExact() =>
        AssertFoundAndRepaired(() => Sequential(("tokens", new Tokens(5, 3, padding: 2)), ("tanh", Tanh())), Filled.Indices(3, 5, 4, 6), "tokens.table.weight");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mismatched_RowsThatDependOnEachOther_Throws(bool slow)
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Filled.Parameters(new BatchMean(slow ? new SelfProduct(3) : Linear(3, 3))));
        var error = Assert.Throws<ArgumentException>(() => GradientCheck.Mismatched(model, new SineLoss(), Batch(Filled.Normal(5, 4, 3))));
        Assert.Contains("other rows", error.Message, StringComparison.Ordinal);
    }

    private static void AssertFoundAndRepaired(Func<Module<Tensor, Tensor>> make, Tensor input, string name)
    {
        using var scope = NewDisposeScope();
        var loss = new SineLoss();
        using var model = new ModuleModel(Filled.Parameters(make()));
        var found = GradientCheck.Mismatched(model, loss, Batch(input));
        Assert.Equal([name], found);

        var module = Filled.Parameters(make());
        using var repaired = new ModuleModel(module, slow: found);
        Assert.Empty(GradientCheck.Mismatched(repaired, loss, Batch(input)));
        var expected = PerExampleLoop.Gradients(module, repaired, input);
        var gradients = UnitGradients.Of(repaired, loss, Batch(input));
        using var geometry = new IdentityGeometry(repaired.Blocks);
        PerExampleLoop.AssertClose(expected, PerExampleLoop.Flat(gradients));
        PerExampleLoop.AssertClose(expected.square().sum(1), geometry.SquaredNorms(gradients));
    }

    private static TensorBatch Batch(Tensor input) => new([input], zeros(input.shape[0]), null, input.shape[0]);
}
