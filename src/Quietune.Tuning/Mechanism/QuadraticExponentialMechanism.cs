using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;

namespace Quietune.Tuning.Mechanism;

/// <summary>The exponential mechanism with a quadratic utility: one exact normal draw.</summary>
/// <remarks>
/// Guarantee: exactly μ-Gaussian-DP under its adjacency; the law exp(β·u) is N(−s/N, I/(βN)). From a secure source, s is rounded to a lattice and
/// the noise is an exact discrete Gaussian on it (docs/derivations/secure-noise.md).
/// </remarks>
public sealed class QuadraticExponentialMechanism : QuadraticMechanism
{
    /// <summary>A mechanism of given privacy.</summary>
    /// <param name="mu">μ &gt; 0, what one release spends.</param>
    /// <param name="clipNorm">C &gt; 0, the bound on a unit's whitened gradient.</param>
    /// <param name="nominalSize">N ≥ 1, the public nominal number of units.</param>
    /// <param name="dimension">k, how many coordinates are released.</param>
    /// <param name="adjacency">What a neighbour is.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public QuadraticExponentialMechanism(double mu, double clipNorm, long nominalSize, long dimension, Adjacency adjacency)
        : base(clipNorm, nominalSize, dimension, adjacency)
    {
        RequirePositive(mu, nameof(mu));
        Mu = mu;
        NoiseScale = LatticeNoise.ScaleOf(mu, Accounted, dimension);
    }

    /// <summary>μ of the Gaussian-DP guarantee, which is attained.</summary>
    public override double Mu { get; }

    /// <inheritdoc/>
    public override double NoiseScale { get; }

    /// <summary>The noise relative to the largest contribution of one unit, both as accounted: what a <see cref="Privacy.Accounting.GaussianEvent"/> says of one release.</summary>
    public double NoiseMultiplier => (Adjacency == Adjacency.ReplaceOne ? 2 : 1) / Mu;

    /// <summary>s + σξ, ξ ~ N(0, I).</summary>
    private protected override void Draw(Span<double> values, INoiseSource noise)
    {
        if (noise.IsSecure)
        {
            LatticeNoise.Release(values, NoiseScale, noise);
            return;
        }

        // The same law rounded to doubles, for tests and experiments.
        var normal = new double[values.Length];
        noise.FillNormal(normal);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += normal[i] * NoiseScale;
        }
    }
}
