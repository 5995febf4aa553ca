using System.Globalization;

namespace Quietune.Reporting.Html;

/// <summary>Writes numbers for people, the same on every machine.</summary>
internal static class Numbers
{
    private const string Thin = "\u202F";
    private const string Digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>1234 as 1,234.</summary>
    public static string Count(long value) => Sign(value.ToString("#,0", CultureInfo.InvariantCulture));

    /// <summary>0.895 as 89.5 %.</summary>
    public static string Percent(double fraction) => Fixed(100 * fraction, 1) + Thin + "%";

    /// <summary>A bound in percent, rounded up so that it stays a bound.</summary>
    public static string PercentAtMost(double fraction) => Percent(Math.Ceiling(1000 * fraction) / 1000);

    /// <summary>0.093 as +9.3 points.</summary>
    public static string Points(double difference) => (difference >= 0 ? "+" : string.Empty) + Fixed(100 * difference, 1) + " points";

    /// <summary>Four significant digits; very small and very large values as powers of ten.</summary>
    public static string Short(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
        }

        var size = Math.Abs(value);
        if (value == 0 || size is >= 1e-3 and < 1e6)
        {
            var decimals = value == 0 ? 0 : Math.Max(0, 3 - (int)Math.Floor(Math.Log10(size)));
            return Sign(value.ToString("#,0." + new string('#', decimals), CultureInfo.InvariantCulture));
        }

        var parts = value.ToString("0.###e+0", CultureInfo.InvariantCulture).Split('e');
        var power = "10" + Raised(int.Parse(parts[1], CultureInfo.InvariantCulture));
        return parts[0] == "1" ? power : $"{Sign(parts[0])} × {power}";
    }

    /// <summary>A duration in the unit that suits it.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 0.0995 => Fixed(1000 * seconds, seconds < 0.00995 ? 1 : 0) + Thin + "ms",
        < 9.95 => Fixed(seconds, 2) + Thin + "s",
        < 119.5 => Fixed(seconds, 0) + Thin + "s",
        _ => $"{Count((long)Math.Round(seconds) / 60)}{Thin}min {Fixed(Math.Round(seconds) % 60, 0)}{Thin}s",
    };

    /// <summary>Bytes in the unit that suits them.</summary>
    public static string Memory(long bytes) => bytes < 1L << 30 ? $"{Count((bytes + (1 << 19)) >> 20)}{Thin}MiB" : $"{Fixed(bytes / (double)(1L << 30), 1)}{Thin}GiB";

    /// <summary>An integer as a superscript.</summary>
    public static string Raised(int exponent) =>
        (exponent < 0 ? "⁻" : string.Empty) + string.Concat(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).Select(digit => Digits[digit - '0']));

    /// <summary>A fixed number of decimals.</summary>
    public static string Fixed(double value, int decimals) =>
        double.IsNaN(value) ? "–" : Sign(value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    private static string Sign(string text) => text.Replace('-', '−');
}
