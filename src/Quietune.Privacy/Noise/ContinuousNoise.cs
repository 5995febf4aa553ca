namespace Quietune.Privacy.Noise;

/// <summary>Turns random words into uniforms and normals, with the same bits on every platform.</summary>
internal static class ContinuousNoise
{
    private const int MantissaBits = 52;
    private static readonly double Step = Math.ScaleB(1, -53);

    public static void FillUniform<TSource>(TSource source, Span<double> destination)
        where TSource : INoiseSource
    {
        foreach (ref var value in destination)
        {
            value = Uniform(source);
        }
    }

    /// <summary>Marsaglia's polar method: two normals from a point in the unit disc.</summary>
    /// <remarks>Source: Marsaglia and Bray 1964.</remarks>
    public static void FillNormal<TSource>(TSource source, Span<double> destination)
        where TSource : INoiseSource
    {
        for (var i = 0; i < destination.Length; i += 2)
        {
            double x, y, radius;
            do
            {
                x = 2 * Uniform(source) - 1;
                y = 2 * Uniform(source) - 1;
                radius = x * x + y * y;
            }
            while (radius is >= 1 or 0);

            var scale = Math.Sqrt(-2 * Log(radius) / radius);
            destination[i] = x * scale;
            if (i + 1 < destination.Length)
            {
                destination[i + 1] = y * scale;
            }
        }
    }

    /// <summary>Natural logarithm of a normal, positive double from additions, products and quotients alone.</summary>
    /// <remarks>The library's logarithm may differ in its last bit between platforms; IEEE 754 arithmetic may not.</remarks>
    internal static double Log(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> MantissaBits) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xF_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // log m = 2·artanh s, s = (m − 1)/(m + 1), |s| ≤ 0.172: eleven terms reach 1e-18.
        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var series = 0.0;
        for (var k = 21; k >= 1; k -= 2)
        {
            series = series * square + 1.0 / k;
        }

        return exponent * 0.69314718055994530942 + 2 * s * series;
    }

    private static double Uniform<TSource>(TSource source)
        where TSource : INoiseSource => (source.NextUInt64() >> 11) * Step;
}
