using System.Diagnostics;
using Quietune.Privacy.Noise;

namespace Quietune.Benchmarks;

/// <summary>How fast exact discrete Gaussians are drawn, and what a secure release adds to a tuning run.</summary>
public static class NoiseBenchmark
{
    private const int Draws = 10_000_000;
    private const int Rows = 1000;
    private const int Dimension = 26_010;

    /// <summary>Prints the figures beside their bars.</summary>
    /// <param name="output">Where.</param>
    /// <returns>0 when every bar is met, otherwise 1.</returns>
    public static int Run(TextWriter output)
    {
        var sampler = new DiscreteGaussian(LatticeNoise.LogScale);
        var source = new SecureNoise();
        var draws = new long[Draws];
        sampler.Fill(source, draws);
        var perSecond = Draws / Processor(() => sampler.Fill(source, draws));
        output.WriteLine($"exact discrete Gaussian, sigma = 2^{LatticeNoise.LogScale}: {perSecond / 1e6:F1} million draws a second of one core (bar 5)");

        // The pass over the rows is less than all a run does, so the ratio is not flattered.
        using var passes = new Passes(Subject.All[0], "kronecker", 512);
        passes.Private(Rows);
        var pass = Processor(() => passes.Private(Rows));
        var (secure, seeded) = (Release(new SecureNoise()), Release(new SeededNoise(1)));
        var ratio = (pass + secure) / (pass + seeded);
        output.WriteLine(
            $"one round, {Rows} rows, {Dimension:N0} coordinates: pass {1e3 * pass:F1} ms, release secure {1e3 * secure:F2} ms, seeded {1e3 * seeded:F2} ms; ratio {ratio:F3} (bar 1.2)");
        return perSecond >= 5e6 && ratio <= 1.2 ? 0 : 1;
    }

    private static double Release(INoiseSource noise)
    {
        const int count = 50;
        var values = new double[Dimension];
        var normal = new double[Dimension];
        void Once()
        {
            if (noise.IsSecure)
            {
                LatticeNoise.Release(values, 2, noise);
                return;
            }

            noise.FillNormal(normal);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] += 2 * normal[i];
            }
        }

        Once();
        return Processor(() =>
        {
            for (var i = 0; i < count; i++)
            {
                Once();
            }
        }) / count;
    }

    /// <summary>Seconds of processor time, which a busy machine does not stretch.</summary>
    private static double Processor(Action action)
    {
        var start = Process.GetCurrentProcess().TotalProcessorTime;
        action();
        return (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds;
    }
}
