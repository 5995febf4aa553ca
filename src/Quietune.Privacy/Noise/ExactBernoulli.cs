namespace Quietune.Privacy.Noise;

/// <summary>Coins of exactly the given probability, such as the one that decides whether a privacy unit takes part in a round.</summary>
/// <remarks>Guarantee: exact if the words of the source are uniform; decisions compare integers.</remarks>
public static class ExactBernoulli
{
    /// <summary>True with the given probability, which as a double is a fraction with a power of two below.</summary>
    /// <param name="source">Where the words come from.</param>
    /// <param name="probability">In [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside its range.</exception>
    public static bool Draw(INoiseSource source, double probability)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (probability is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), $"Expected probability in [0, 1], got {probability}.");
        }

        if (probability == 1)
        {
            return true;
        }

        // The first 64 bits of a uniform against those of the probability; where they are equal, the next 64. All steps on doubles are exact.
        while (probability > 0)
        {
            var scaled = Math.ScaleB(probability, 64);
            var first = (ulong)scaled;
            var word = source.NextUInt64();
            if (word != first)
            {
                return word < first;
            }

            probability = scaled - first;
        }

        return false;
    }

    /// <summary>True with probability numerator/denominator.</summary>
    /// <param name="source">Where the words come from.</param>
    /// <param name="numerator">At most the denominator.</param>
    /// <param name="denominator">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not in [0, 1].</exception>
    public static bool Draw(INoiseSource source, ulong numerator, ulong denominator)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (denominator == 0 || numerator > denominator)
        {
            throw new ArgumentOutOfRangeException(nameof(numerator), $"Expected a fraction in [0, 1], got {numerator}/{denominator}.");
        }

        return UniformInteger.Below(source, denominator) < numerator;
    }
}
