using Quietune.Privacy.Noise;
using static TorchSharp.torch;

namespace Quietune.Tuning.Mechanism;

/// <summary>The excess of the quadratic model that draws of a mechanism reach, beside what its law foretells.</summary>
/// <param name="Draws">How many draws there were.</param>
/// <param name="Mean">Their mean excess per unit.</param>
/// <param name="Largest">The largest of them.</param>
public sealed record DrawnExcess(int Draws, double Mean, double Largest)
{
    private const long MostNumbers = 4_000_000;
    private const int MostDraws = 200;
    private const int FewestDraws = 4;

    /// <summary>Draws around a sum of nothing, with seeded noise and without a row; an excess is ‖s̃‖²/(2N²).</summary>
    /// <param name="mechanism">The mechanism of a run.</param>
    /// <param name="seed">Of the noise, which is no release's.</param>
    public static DrawnExcess Of(QuadraticMechanism mechanism, ulong seed = 1)
    {
        var noise = new SeededNoise(seed);
        var draws = (int)Math.Clamp(MostNumbers / mechanism.Dimension, FewestDraws, MostDraws);
        var excesses = Enumerable.Range(0, draws).Select(_ =>
        {
            using var scope = NewDisposeScope();
            var drawn = mechanism.Release(new(zeros([mechanism.Dimension])), noise);
            return drawn.to_type(ScalarType.Float64).square().sum().item<double>() / (2.0 * mechanism.NominalSize * mechanism.NominalSize);
        }).ToList();
        return new(draws, excesses.Average(), excesses.Max());
    }
}
