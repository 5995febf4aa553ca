using Quietune.Data;
using Quietune.Tuning.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Gradients;

public sealed class TensorBatchTests
{
    [Fact]
    public void FilledTo_FewerRows_RepeatsTheFirstInTheFreePlacesAndKeepsTheOthersInTheirs()
    {
        using var scope = NewDisposeScope();
        var filled = Batch(units: null).FilledTo(5);
        Assert.Equal([5, 2], filled.Inputs[0].shape);
        Assert.Equal([1, 2, 3, 4, 5, 6, 1, 2, 1, 2], filled.Inputs[0].data<float>().ToArray());
        Assert.Equal([7, 8, 9, 7, 7], filled.Labels.data<float>().ToArray());
        Assert.Equal(5, filled.UnitCount);
    }

    [Fact]
    public void FilledTo_AsManyRowsOrUnitsOfSeveral_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([3, 2], Batch(units: null).FilledTo(3).Inputs[0].shape);
        var units = Batch(units: [4, 4, 5]).FilledTo(5);
        Assert.Equal([3, 2], units.Inputs[0].shape);
        Assert.Equal(2, units.UnitCount);
    }

    private static TensorBatch Batch(long[]? units) => TensorBatch.Of(new ExampleBatch(3, [[1, 2, 3, 4, 5, 6]], [7, 8, 9], units), [[2]]);
}
