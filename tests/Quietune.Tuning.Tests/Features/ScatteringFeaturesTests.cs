using Quietune.Data;
using Quietune.Data.Generated;
using Quietune.Tuning.Features;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Features;

public sealed class ScatteringFeaturesTests
{
    private static readonly InMemoryExamples Digits = GeneratedDigits.Create(60, seed: 5);

    // The promise for mapped rows is one for the images only if no row's features depend on any other row.
    [Fact]
    public void Map_SomeOfTheRows_GivesEachTheSameFeatures()
    {
        using var features = ScatteringFeatures.Of(Digits, 8);
        var all = features.Map(Digits);
        var some = features.Map(Digits.Select([41, 7]));
        Assert.Equal([.. all.Example(41), .. all.Example(7)], some.Features, (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal([Digits.Labels[41], Digits.Labels[7]], some.Labels);
        Assert.Equal([8], all.Shape);
    }

    [Fact]
    public void Map_ThePublicRows_AreCentredWithTheFirstDeviationOne()
    {
        using var scope = NewDisposeScope();
        using var features = ScatteringFeatures.Of(Digits, 8);
        var mapped = tensor(features.Map(Digits).Features, [60, 8]).to_type(ScalarType.Float64);
        Assert.True(mapped.mean([0]).abs().max().item<double>() < 1e-3);
        var covariance = mapped.t().mm(mapped) / 60;
        Assert.Equal(1, covariance[0, 0].item<double>(), 1e-3);
        Assert.True((covariance - covariance.diag().diag()).abs().max().item<double>() < 1e-2);
        Assert.True(covariance.diag().diff().max().item<double>() < 1e-3);
    }

    [Fact]
    public void Of_RowsThatAreNoImages_IsRefused()
    {
        var rows = new InMemoryExamples([3], new float[6], new float[2]);
        Assert.Throws<ArgumentException>(() => ScatteringFeatures.Of(rows));
        Assert.Throws<ArgumentException>(() => ScatteringFeatures.Of(Digits, 61));
    }

    [Fact]
    public void Axes_OfRowsOfAKnownLaw_AreItsOwn()
    {
        using var scope = NewDisposeScope();
        var basis = linalg.qr(Filled.Normal(1, 120, 120)).Q;
        var deviations = 3 * pow(0.8, arange(120, dtype: ScalarType.Float32));
        var rows = (Filled.Normal(2, 4_000, 120) * deviations).mm(basis.t()) + 5;
        using var axes = PrincipalAxes.Of(rows.split(999).Select(part => part.clone()), 6);
        var centred = rows - rows.mean([0]);
        var expected = linalg.eigvalsh((centred.t().mm(centred) / 4_000).to_type(ScalarType.Float64)).flip(0).narrow(0, 0, 6);
        Assert.True(((axes.Variances / expected) - 1).abs().max().item<double>() < 1e-3);
        Assert.True((axes.Mean - rows.mean([0])).abs().max().item<float>() < 1e-3);
        Assert.True((axes.Axes.t().mm(axes.Axes) - eye(6)).abs().max().item<float>() < 1e-4);
        Assert.True(axes.Axes[.., 0].dot(basis[.., 0]).abs().item<float>() > 0.99);
    }
}
