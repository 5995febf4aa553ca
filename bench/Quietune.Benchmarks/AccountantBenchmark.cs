using System.Diagnostics;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Calibration;

namespace Quietune.Benchmarks;

/// <summary>The accountant by privacy loss distributions: how wide its brackets are, and how long it and calibration take.</summary>
public static class AccountantBenchmark
{
    private const double Delta = 1e-6;

    /// <summary>Prints the figures beside their bars.</summary>
    /// <param name="output">Where.</param>
    /// <returns>0 when every bar is met, otherwise 1.</returns>
    public static int Run(TextWriter output)
    {
        // Once before, so that compilation is not counted.
        Rounds(0.01, 2, 100).EpsilonBracket(Delta);
        var start = Stopwatch.GetTimestamp();
        var usual = Rounds(0.01, 1, 10_000).EpsilonBracket(Delta);
        var composition = Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.WriteLine($"q = 0.01, sigma = 1, T = 10,000: epsilon in [{usual.Lower:F5}, {usual.Upper:F5}], {composition:F2} s (bar 1 s)");

        start = Stopwatch.GetTimestamp();
        var noise = NoiseCalibration.NoiseMultiplierOf(new PrivacyBudget(2, Delta), 0.01, 10_000);
        var calibration = Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.WriteLine($"calibration to epsilon = 2: noise multiplier {noise:F6}, {calibration:F2} s (bar 10 s)");

        var widest = 0.0;
        foreach (var rate in (ReadOnlySpan<double>)[1e-4, 1e-3, 1e-2, 0.1, 0.5])
        {
            foreach (var sigma in (ReadOnlySpan<double>)[0.7, 1, 2])
            {
                foreach (var count in (ReadOnlySpan<int>)[1, 100, 10_000, 100_000])
                {
                    start = Stopwatch.GetTimestamp();
                    var bracket = Rounds(rate, sigma, count).EpsilonBracket(Delta);
                    var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                    output.WriteLine($"  q = {rate}, sigma = {sigma}, T = {count}: epsilon {bracket.Upper:G7}, width {bracket.Width:E1}, {seconds:F2} s");
                    widest = Math.Max(widest, bracket.Width);
                }
            }
        }

        output.WriteLine($"widest bracket: {widest:E1} (bar 1e-3)");
        return composition <= 1 && calibration <= 10 && widest <= 1e-3 ? 0 : 1;
    }

    private static PldCurve Rounds(double rate, double noise, int count) =>
        new PldAccountant().Curve(new SelfComposedEvent(new PoissonSampledEvent(rate, new GaussianEvent(noise)), count));
}
