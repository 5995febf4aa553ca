using Quietune.Data;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Rounds;

namespace Quietune.Tuning.Tests.Planning;

public sealed class MethodsTests
{
    // What a low clip norm does to a rare outcome it does to every method.
    [Theory]
    [InlineData("dp-gd")]
    [InlineData("dp-sgd")]
    [InlineData("adadps")]
    public void Of_PublishedMethodWhereOutcomesAreRare_IsClippedAsOursAndNowhereElse(string method)
    {
        var ours = Methods.Of(Methods.Draws, LossFunction.Binary.Name, new(1, 1e-5), 1_000, 200);
        var rare = Methods.Of(method, LossFunction.Binary.Name, new(1, 1e-5), 1_000, 200);
        var digits = Methods.Of(method, LossFunction.CrossEntropy.Name, new(1, 1e-5), 1_000, 26_010);
        Assert.Equal(ours.Start.ClipQuantile, rare.Start.ClipQuantile);
        Assert.DoesNotContain(rare.Axes, axis => axis.Name == "clip quantile");
        Assert.Contains(digits.Axes, axis => axis.Name == "clip quantile");
        Assert.Equal(0.3, digits.Start.ClipQuantile);
    }

    // What two thousand stand-ins would choose for thirty thousand rows is what suits two thousand.
    [Fact]
    public void Of_MoreRowsThanStandIns_KeepsAllButTheClipNorm()
    {
        var few = Methods.Of(Methods.Draws, LossFunction.CrossEntropy.Name, new(1, 1e-5), 1_000, 26_010);
        var many = Methods.Of(Methods.Draws, LossFunction.CrossEntropy.Name, new(1, 1e-5), 30_000, 26_010);
        Assert.Equal("clip quantile", Assert.Single(many.Axes).Name);
        Assert.Contains(few.Axes, axis => axis.Name == "trust radius");
        Assert.Equal((true, false), (few.Start.Plan.AdaptsRadius, many.Start.Plan.AdaptsRadius));
        Assert.Equal((100, 0), (few.Start.Plan.Geometry.Learned, many.Start.Plan.Geometry.Learned));
    }

    // A model that is right has nothing to learn, and private rows of the same law must leave it so, however many draws are taken. Clipping at a low quantile
    // shortens the rare outcome's gradients alone, and leads away.
    [Theory]
    [InlineData(Methods.OneDraw)]
    [InlineData(Methods.Draws)]
    public void Of_SmallModelThatIsRight_StaysRight(string method)
    {
        var (publicRows, privateRows, test) = (TableScenariosTests.Rows(8000), TableScenariosTests.Rows(4000, seed: 5), TableScenariosTests.Rows(8000, seed: 6));
        var layer = Networks.Perceptron(1, publicRows.ExampleLength, 1);
        LogisticRegression.Fit(layer, publicRows, 0.003);
        using var model = new ModuleModel(layer);
        using var expansion = new PublicExpansion(model, LossFunction.Binary, publicRows);
        double Reached() => ProbabilityMetrics.LogLoss(Predictions.Of(model, test));
        var before = Reached();
        var (start, _) = Methods.Of(method, LossFunction.Binary.Name, new(8, 1e-5), privateRows.Count, model.ParameterCount);

        double Harm(double? quantile)
        {
            using var rehearsal = new Rehearsal(expansion, [new Scenario("the same law", privateRows, test)]);
            Tuner.Tune(expansion, rehearsal.Frozen(start with { ClipQuantile = quantile ?? start.ClipQuantile }), privateRows, new SeededNoise(1));
            return Reached() - before;
        }

        var (harm, harmOfClipping) = (Harm(null), Harm(0.3));
        Assert.True(harm < 0.012 && harm < 0.6 * harmOfClipping, $"{harm} {harmOfClipping}");
    }

    // Noise on every coordinate is the price of releasing it: with few rows a hundred must do, with many none is left out.
    [Theory]
    [InlineData(1_400, 267, 100)]
    [InlineData(50_000, 267, 267)]
    [InlineData(1_400, 8_577, 100)]
    public void Of_ModelOfRisks_ReleasesMoreCoordinatesOfMoreRows(long nominalSize, long parameters, long dimension)
    {
        foreach (var method in Methods.Ours)
        {
            var (start, axes) = Methods.Of(method, LossFunction.Binary.Name, new(1, 1e-5), nominalSize, parameters);
            Assert.Equal(dimension, start.Plan.Geometry.Dimension);
            Assert.Equal(["trust radius"], axes.Select(axis => axis.Name));
            Assert.Contains(start, axes[0].Values.Select(value => axes[0].Apply(start, value)));
        }
    }
}
