namespace Quietune.Privacy.Noise;

/// <summary>Whole numbers that are exactly uniform.</summary>
public static class UniformInteger
{
    /// <summary>A number from 0 to below a bound.</summary>
    /// <remarks>Words of the last, incomplete run of multiples of the bound are drawn again.</remarks>
    /// <param name="source">Where the words come from.</param>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is 0.</exception>
    public static ulong Below(INoiseSource source, ulong bound)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        var limit = ulong.MaxValue - (((ulong.MaxValue % bound) + 1) % bound);
        ulong word;
        do
        {
            word = source.NextUInt64();
        }
        while (word > limit);

        return word % bound;
    }
}
