namespace Quietune.Benchmarks;

/// <summary>The quartiles of a measurement.</summary>
/// <param name="Lower">A quarter lies below.</param>
/// <param name="Median">Half lies below.</param>
/// <param name="Upper">A quarter lies above.</param>
public sealed record Spread(double Lower, double Median, double Upper)
{
    /// <summary>The quartiles of some values, by the nearest rank.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        double At(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
        return new(At(0.25), At(0.5), At(0.75));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Median:0.00} ({Lower:0.00}–{Upper:0.00})";
}
