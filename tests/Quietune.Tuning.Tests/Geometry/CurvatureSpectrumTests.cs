using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

public sealed class CurvatureSpectrumTests
{
    [Fact]
    public void Of_SmallLayer_ListsEveryCoordinateStrongestFirst()
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get("conv2d, few positions, groups");
        using var model = new ModuleModel(layer.Module());
        using var curvature = DenseCurvature.Measure(model, layer.Input(9));
        var expected = curvature.Blocks.SelectMany(block => block.Eigenvalues.flatten().data<float>().ToArray()).OrderDescending().ToList();
        var mean = expected.Average();
        var spectrum = CurvatureSpectrum.Of(curvature);
        Assert.Equal(1, spectrum[0].Rank);
        Assert.Equal(expected.Count, spectrum[^1].Rank);
        Assert.Equal(spectrum.Select(point => point.Rank).Distinct().Order(), spectrum.Select(point => point.Rank));
        Assert.All(spectrum, point => Assert.Equal(expected[(int)point.Rank - 1] / mean, point.Curvature, 1e-4 * Math.Max(1, point.Curvature)));
    }
}
