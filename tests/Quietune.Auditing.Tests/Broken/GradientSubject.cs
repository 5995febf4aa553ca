using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Rounds;
using static TorchSharp.torch;

namespace Quietune.Auditing.Tests.Broken;

/// <summary>Contributions of canaries through the product's own pass, for mechanisms that are broken where gradients are clipped.</summary>
internal static class GradientSubject
{
    /// <summary>What the product adds for each of some units, [m, 1, k], clipped.</summary>
    public static Tensor Right(SmallModel small, IGeometry geometry, IReadOnlyList<IExampleSource> units, double clipNorm) => Stacked(units, unit => Sum(small, geometry, unit, clipNorm));

    /// <summary>One vector a unit, [m, 1, k].</summary>
    public static Tensor Stacked(IReadOnlyList<IExampleSource> units, Func<IExampleSource, Tensor> vectorOf) => stack([.. units.Select(vectorOf)]).unsqueeze(1);

    /// <summary>The clipped sum of a source's units, [k], float64.</summary>
    public static Tensor Sum(SmallModel small, IGeometry geometry, IExampleSource rows, double clipNorm)
    {
        small.Model.Move(small.Expansion.Origin);
        return PrivatePass.ClippedSum(small.Model, small.Expansion.Loss, geometry, rows, clipNorm, 8).Open();
    }

    /// <summary>A vector cut to a length.</summary>
    public static Tensor Clipped(Tensor vector, double clipNorm) => vector * Math.Min(1, clipNorm / vector.norm().item<double>());
}
