using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Planning;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>Moves the clip norm towards a quantile of the units' norms, from noisy counts of the units below it.</summary>
/// <remarks>
/// C ← C·exp(−η·(b − γ)), b the released share of units with ‖v‖ ≤ C. A unit moves the centred count by ½, and others' places by at most 0.01 more
/// (docs/derivations/secure-noise.md, "Thresholds"); the count is released with noise z_b times that, 1/z_b² = share/z². Source: Andrew, Thakkar, McMahan &amp; Ramaswamy 2021, algorithm 1 and theorem 1.
/// </remarks>
/// <param name="plan">What to do.</param>
/// <param name="expectedUnits">How many units a round expects: q·N.</param>
internal sealed class ClipNormSearch(TuningPlan plan, double expectedUnits)
{
    private const double HalfAndPlaces = 0.51;

    /// <summary>η of Andrew et al. 2021, section 3.</summary>
    private const double Rate = 0.2;

    /// <summary>C of the next pass.</summary>
    public double ClipNorm { get; private set; } = plan.ClipNorm;

    /// <summary>Releases a count and moves the clip norm.</summary>
    /// <param name="below">The centred count; disposed here.</param>
    /// <param name="round">The round, from 0.</param>
    /// <param name="noise">Where the noise comes from.</param>
    public void Update(Sensitive<Tensor> below, int round, INoiseSource noise)
    {
        var sensitivity = plan.Adjacency == Adjacency.ReplaceOne ? 2 : 1;
        var mechanism = new QuadraticExponentialMechanism(
            Math.BitDecrement(sensitivity / plan.CountNoiseMultiplierAt(round)), HalfAndPlaces, Math.Max(1, (long)expectedUnits), dimension: 1, plan.Adjacency);
        using var released = mechanism.Release(below, noise);
        var share = (released.item<float>() / expectedUnits) + 0.5;
        ClipNorm = Math.Clamp(ClipNorm * Math.Exp(-Rate * (share - plan.TargetClipQuantile!.Value)), PrivatePass.SmallestClipNorm, 1e30);
    }
}
