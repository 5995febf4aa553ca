using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using static TorchSharp.torch;

namespace Quietune.Tuning.Mechanism;

/// <summary>The exponential mechanism with a quadratic utility, in whitened coordinates: one exact normal draw.</summary>
/// <remarks>
/// Guarantee: exactly μ-Gaussian-DP under its adjacency. Utility u(φ; D) = −(N/2)‖φ‖² − ⟨s, φ⟩ with φ = whitened parameters and s the sum
/// of clipped whitened gradients; the law exp(β·u) is N(−s/N, I/(βN)). Derivation: docs/derivations/mechanism.md, after
/// arXiv:2605.20521 (2026) and McSherry &amp; Talwar 2007.
/// </remarks>
public sealed class QuadraticExponentialMechanism
{
    /// <summary>How much of Δ is set aside for rounding errors of the float32 arithmetic that forms the sum: 2⁻¹⁰.</summary>
    /// <remarks>Measured, not proven (docs/derivations/mechanism.md, "Numbers on a machine").</remarks>
    public const double RoundingAllowance = 1.0 / 1024;

    /// <summary>A mechanism of given privacy.</summary>
    /// <param name="mu">μ &gt; 0, what one release spends.</param>
    /// <param name="clipNorm">C &gt; 0, the bound on a unit's whitened gradient.</param>
    /// <param name="nominalSize">N ≥ 1, the public nominal number of units.</param>
    /// <param name="dimension">k, how many coordinates are released.</param>
    /// <param name="adjacency">What a neighbour is.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public QuadraticExponentialMechanism(double mu, double clipNorm, long nominalSize, long dimension, Adjacency adjacency)
    {
        RequirePositive(mu, nameof(mu));
        RequirePositive(clipNorm, nameof(clipNorm));
        ArgumentOutOfRangeException.ThrowIfLessThan(nominalSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        Mu = mu;
        ClipNorm = clipNorm;
        NominalSize = nominalSize;
        Dimension = dimension;
        Adjacency = adjacency;
        NoiseScale = LatticeNoise.ScaleOf(mu, Accounted, dimension);
    }

    /// <summary>μ of the Gaussian-DP guarantee.</summary>
    public double Mu { get; }

    /// <summary>C, the bound on a unit's whitened gradient.</summary>
    public double ClipNorm { get; }

    /// <summary>N, the public nominal number of units.</summary>
    public long NominalSize { get; }

    /// <summary>k, how many coordinates are released.</summary>
    public long Dimension { get; }

    /// <summary>What a neighbour is.</summary>
    public Adjacency Adjacency { get; }

    /// <summary>How far one neighbour can move the whitened sum: C, or 2C where a unit is replaced.</summary>
    public double SumSensitivity => Adjacency == Adjacency.ReplaceOne ? 2 * ClipNorm : ClipNorm;

    /// <summary>Δ as accounted: with room for rounding errors of the sum, and for rounding it to the lattice.</summary>
    public double InflatedSensitivity => Accounted + LatticeNoise.RoundingOf(Dimension, NoiseScale);

    /// <summary>Standard deviation of the noise on each coordinate of the whitened sum.</summary>
    public double NoiseScale { get; }

    /// <summary>The distance of neighbouring points of the lattice on which a release from a secure source lies.</summary>
    public double LatticeStep => LatticeNoise.StepOf(NoiseScale);

    /// <summary>The noise relative to the largest contribution of one unit, both as accounted: what a <see cref="Privacy.Accounting.GaussianEvent"/> says of one release.</summary>
    public double NoiseMultiplier => (Adjacency == Adjacency.ReplaceOne ? 2 : 1) / Mu;

    private double Accounted => SumSensitivity * (1 + RoundingAllowance);

    /// <summary>β, the inverse temperature of the exponential mechanism: N·μ²/Δ².</summary>
    public double Beta => NominalSize / (NoiseScale * NoiseScale);

    /// <summary>E of the quadratic's excess per unit over its minimum: k·σ²/(2N²).</summary>
    public double ExpectedExcess => Dimension * NoiseScale * NoiseScale / (2.0 * NominalSize * NominalSize);

    /// <summary>The excess that is passed with probability at most <paramref name="probability"/> (Laurent &amp; Massart 2000, Lemma 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in (0, 1).</exception>
    public double ExcessTail(double probability)
    {
        if (probability is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), $"Expected a probability in (0, 1), got {probability}.");
        }

        var x = -Math.Log(probability);
        return (Dimension + (2 * Math.Sqrt(Dimension * x)) + (2 * x)) * NoiseScale * NoiseScale / (2.0 * NominalSize * NominalSize);
    }

    /// <summary>How far one neighbour can change the utility at any point within <paramref name="radius"/> of the origin: Δ·R.</summary>
    public double UtilitySensitivity(double radius) => SumSensitivity * radius;

    /// <summary>u(φ; D) = −(N/2)‖φ‖² − ⟨s, φ⟩.</summary>
    /// <param name="point">φ, [k], whitened parameters relative to the pretrained ones.</param>
    /// <param name="whitenedSum">s, [k].</param>
    public double Utility(Tensor point, Tensor whitenedSum)
    {
        using var scope = NewDisposeScope();
        return (-0.5 * NominalSize * point.square().sum() - point.dot(whitenedSum)).to_type(ScalarType.Float64).item<double>();
    }

    /// <summary>The only line that touches privacy: s + σξ, ξ ~ N(0, I). The draw is φ = −(s + σξ)/N.</summary>
    /// <remarks>From a secure source, s is rounded to a lattice and σξ is an exact discrete Gaussian on it (docs/derivations/secure-noise.md).</remarks>
    /// <param name="whitenedSum">s, [k], each unit clipped to C; disposed here.</param>
    /// <param name="noise">Where ξ comes from; only a secure source gives the guarantee.</param>
    /// <returns>The released sum, [k], float32; the caller disposes.</returns>
    /// <exception cref="ArgumentException">The sum does not have k coordinates.</exception>
    public Tensor Release(Sensitive<Tensor> whitenedSum, INoiseSource noise)
    {
        using var scope = NewDisposeScope();
        using var closing = whitenedSum;
        var sum = whitenedSum.Open();
        if (sum.dim() != 1 || sum.shape[0] != Dimension)
        {
            throw new ArgumentException($"Expected a sum of {Dimension} coordinates, got shape [{string.Join(", ", sum.shape)}].", nameof(whitenedSum));
        }

        var values = sum.to_type(ScalarType.Float64).cpu().data<double>().ToArray();
        if (noise.IsSecure)
        {
            LatticeNoise.Release(values, NoiseScale, noise);
        }
        else
        {
            AddNormal(values, noise);
        }

        return tensor(values, dtype: ScalarType.Float32, device: sum.device).MoveToOuterDisposeScope();
    }

    /// <summary>The same law rounded to doubles, for tests and experiments.</summary>
    private void AddNormal(double[] values, INoiseSource noise)
    {
        var normal = new double[values.Length];
        noise.FillNormal(normal);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += normal[i] * NoiseScale;
        }
    }

    private static void RequirePositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, $"Expected a positive finite {name}, got {value}.");
        }
    }
}
