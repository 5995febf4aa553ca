using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting;

/// <summary>Accounts unsampled Gaussian releases exactly, by Gaussian differential privacy.</summary>
/// <remarks>Refuses everything else: sampled or pure releases are not tightly μ-GDP. Source: Dong, Roth and Su 2022, corollary 3.3.</remarks>
/// <param name="adjacency">The neighbouring relation.</param>
public sealed class GdpAccountant(Adjacency adjacency = Adjacency.AddRemove) : IAccountant
{
    /// <inheritdoc />
    public Adjacency Adjacency => adjacency;

    /// <inheritdoc />
    public IPrivacyCurve Account(PrivacyEvent privacyEvent) => new Curve(MuOf(privacyEvent));

    /// <summary>The μ of <paramref name="privacyEvent"/>, rounded up; 0 when nothing was released.</summary>
    /// <exception cref="UnsupportedEventException">The event holds anything but unsampled Gaussian releases.</exception>
    public double MuOf(PrivacyEvent privacyEvent)
    {
        var mu = 0.0;
        foreach (var round in EventReduction.Reduce(privacyEvent, adjacency).Keys)
        {
            mu = round is GaussianRound { SamplingRate: 1 } gaussian
                ? Math.BitIncrement((adjacency == Adjacency.ReplaceOne ? 2 : 1) / gaussian.NoiseMultiplier)
                : throw new UnsupportedEventException("Expected unsampled Gaussian releases alone, as Gaussian differential privacy composes no others exactly.");
        }

        return mu;
    }

    private sealed class Curve(double mu) : IPrivacyCurve
    {
        public double EpsilonOf(double delta) => mu == 0 ? 0 * Require.Delta(delta) : GaussianProfile.EpsilonOf(mu, delta);

        public double DeltaOf(double epsilon) => mu == 0 ? 0 * Require.Epsilon(epsilon) : GaussianProfile.DeltaOf(mu, epsilon);
    }
}
