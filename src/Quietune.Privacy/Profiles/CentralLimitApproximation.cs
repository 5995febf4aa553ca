namespace Quietune.Privacy.Profiles;

/// <summary>The central-limit approximation of many sampled rounds, which UNDERSTATES the privacy cost: for display beside a true bound only.</summary>
/// <remarks>Guarantee: none. Source: Bu, Dong, Long and Su 2020, theorem 5 and equation (8).</remarks>
public static class CentralLimitApproximation
{
    /// <summary>q·√(T·(e^{1/σ²} − 1)), the μ that the composition of many Poisson-sampled Gaussians tends to under add/remove.</summary>
    /// <param name="samplingRate">q, in (0, 1].</param>
    /// <param name="noiseMultiplier">σ, finite and above 0.</param>
    /// <param name="roundCount">T, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double MuOf(double samplingRate, double noiseMultiplier, int roundCount)
    {
        if (samplingRate is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(samplingRate), $"Expected samplingRate in (0, 1], got {samplingRate}.");
        }

        if (!double.IsFinite(noiseMultiplier) || noiseMultiplier <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(noiseMultiplier), $"Expected noiseMultiplier to be finite and above 0, got {noiseMultiplier}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(roundCount, 1);
        return samplingRate * Math.Sqrt(roundCount * NearZero.ExpM1(1 / (noiseMultiplier * noiseMultiplier)));
    }
}
