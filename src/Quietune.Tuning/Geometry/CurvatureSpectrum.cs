using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>The public curvature along the coordinates of a Kronecker eigenbasis, strongest first.</summary>
public static class CurvatureSpectrum
{
    private const int MostPoints = 120;

    /// <summary>The curvature of some coordinates, at about even steps of the logarithm of their rank, with the first and the last.</summary>
    /// <param name="curvature">Public curvature.</param>
    /// <returns>Ranks from 1 on, rising, and curvatures in units of the mean over all coordinates, falling.</returns>
    public static IReadOnlyList<(long Rank, double Curvature)> Of(KroneckerCurvature curvature)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var sorted = cat([.. curvature.Blocks.Select(block => block.Eigenvalues.flatten())]).sort(0, descending: true).Values.to_type(ScalarType.Float64).data<double>();
        var mean = curvature.Trace / curvature.Dimension;
        var last = curvature.Dimension;
        var ranks = Enumerable.Range(0, MostPoints).Select(step => (long)Math.Round(Math.Pow(last, step / (MostPoints - 1.0)))).Distinct();
        return [.. ranks.Select(rank => (rank, sorted[rank - 1] / mean))];
    }
}
