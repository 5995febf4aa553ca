using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using static TorchSharp.torch;

namespace Quietune.Tuning.Mechanism;

/// <summary>An exponential mechanism with a quadratic utility, in whitened coordinates.</summary>
/// <remarks>
/// Utility u(φ; D) = −(N/2)‖φ‖² − ⟨s, φ⟩ with φ = whitened parameters and s the sum of clipped whitened gradients. Derivation:
/// docs/derivations/mechanism.md, after arXiv:2605.20521 (2026) and McSherry &amp; Talwar 2007.
/// </remarks>
public abstract class QuadraticMechanism
{
    /// <summary>How much of Δ is set aside for rounding errors of the sum and for units whose last bits depend on their place: 2⁻⁸.</summary>
    /// <remarks>Derived for every neighbour, with what is assumed of libtorch, in docs/derivations/secure-noise.md, "What the sum itself is".</remarks>
    public const double RoundingAllowance = 1.0 / 256;

    private protected QuadraticMechanism(double clipNorm, long nominalSize, long dimension, Adjacency adjacency)
    {
        RequirePositive(clipNorm, nameof(clipNorm));
        ArgumentOutOfRangeException.ThrowIfLessThan(nominalSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ClipNorm = clipNorm;
        NominalSize = nominalSize;
        Dimension = dimension;
        Adjacency = adjacency;
    }

    /// <summary>μ of a Gaussian-DP guarantee that the release has.</summary>
    public abstract double Mu { get; }

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

    /// <summary>Standard deviation of the noise on each coordinate of the whitened sum, before any truncation.</summary>
    public abstract double NoiseScale { get; }

    /// <summary>The distance of neighbouring points of the lattice on which a release from a secure source lies.</summary>
    public double LatticeStep => LatticeNoise.StepOf(NoiseScale);

    /// <summary>β, the inverse temperature of the exponential mechanism: N/σ².</summary>
    public double Beta => NominalSize / (NoiseScale * NoiseScale);

    /// <summary>E of the quadratic's excess per unit over its minimum: k·σ²/(2N²), or less where the law is truncated.</summary>
    public double ExpectedExcess => Dimension * NoiseScale * NoiseScale / (2.0 * NominalSize * NominalSize);

    /// <summary>Δ with room for rounding errors of the sum, but not for the lattice.</summary>
    private protected double Accounted => SumSensitivity * (1 + RoundingAllowance);

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

    /// <summary>The only line that touches privacy: draws s̃ around s. The parameters' draw is φ = −s̃/N.</summary>
    /// <param name="whitenedSum">s, [k], each unit clipped to C; disposed here.</param>
    /// <param name="noise">Where the noise comes from; only a secure source gives the guarantee.</param>
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
        Draw(values, noise);
        return tensor(values, dtype: ScalarType.Float32, device: sum.device).MoveToOuterDisposeScope();
    }

    /// <summary>Draws around the values, in place.</summary>
    private protected abstract void Draw(Span<double> values, INoiseSource noise);

    private protected static void RequirePositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, $"Expected a positive finite {name}, got {value}.");
        }
    }
}
