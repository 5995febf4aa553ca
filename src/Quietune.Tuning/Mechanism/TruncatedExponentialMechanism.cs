using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Privacy.Profiles;

namespace Quietune.Tuning.Mechanism;

/// <summary>The exponential mechanism with a quadratic utility on a ball: one exact draw from a normal that is cut off there, with δ = 0.</summary>
/// <remarks>
/// Guarantee: pure ε-DP under its adjacency, and ε-bounded range. The law is exp(ε·u(φ; D)/(2Δ·R)) on ‖φ‖ ≤ R, where u has sensitivity Δ·R. The ball's radius is the
/// smallest with which half of the tries at least are kept. Source: McSherry &amp; Talwar 2007; derived in docs/derivations/pure-dp.md.
/// </remarks>
public sealed class TruncatedExponentialMechanism : QuadraticMechanism
{
    private const int AcceptanceDraws = 400;
    private readonly TruncatedLatticeNoise law;

    /// <summary>A mechanism of given privacy.</summary>
    /// <param name="epsilon">ε &gt; 0, what one release spends.</param>
    /// <param name="clipNorm">C &gt; 0, the bound on a unit's whitened gradient.</param>
    /// <param name="nominalSize">N ≥ 1, the public nominal number of units.</param>
    /// <param name="dimension">k, how many coordinates are released.</param>
    /// <param name="adjacency">What a neighbour is.</param>
    /// <param name="ball">The ball, in clip norms of the mean.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range, or ε is so small that in the largest ball that is allowed draws would be kept
    /// too rarely; the message names the smallest ε that is not.</exception>
    public TruncatedExponentialMechanism(double epsilon, double clipNorm, long nominalSize, long dimension, Adjacency adjacency, Ball ball)
        : base(clipNorm, nominalSize, dimension, adjacency)
    {
        ArgumentNullException.ThrowIfNull(ball);
        var (most, longest) = (ball.LargestRadius * nominalSize * clipNorm, ball.LargestMean * nominalSize * clipNorm);
        RequirePositive(longest, nameof(ball));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, 1 << 20);
        Epsilon = epsilon;

        // Where the smallest ball is too large, the largest that is allowed says by how much ε is too small.
        law = new(epsilon, Accounted, (int)dimension, longest);
        law = law.Radius <= most ? law : new(epsilon, Accounted, (int)dimension, longest, most);
    }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>μ of the Gaussian-DP guarantee that every ε-DP release has.</summary>
    public override double Mu => PureProfile.MuOf(Epsilon);

    /// <inheritdoc/>
    public override double NoiseScale => law.Scale;

    /// <summary>R: no draw φ of the whitened parameters is longer.</summary>
    public double Radius => law.Radius / NominalSize;

    /// <summary>The length to which the whitened sum is shortened, a public constant.</summary>
    public double LargestSum => law.LargestNorm;

    /// <summary>A lower bound on the probability with which a try is kept, whatever the private rows.</summary>
    public double AcceptanceBound => law.AcceptanceBound;

    /// <summary>The share of tries that is kept for the longest sum there is, where it is smallest, measured without private rows.</summary>
    /// <remarks>How many tries a private draw took would tell how long its sum is, and is not kept.</remarks>
    public double MeasuredAcceptance()
    {
        var source = new SeededNoise(1);
        var values = new double[Dimension];
        var tries = 0;
        for (var draw = 0; draw < AcceptanceDraws; draw++)
        {
            Array.Clear(values);
            values[0] = LargestSum;
            tries += law.Release(values, source);
        }

        return (double)AcceptanceDraws / tries;
    }

    /// <inheritdoc/>
    private protected override void Draw(Span<double> values, INoiseSource noise) => law.Release(values, noise);
}
