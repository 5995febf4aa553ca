using System.Diagnostics;
using Quietune.Data.Generated;
using Quietune.Privacy.Noise;
using Quietune.Privacy.Profiles;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Benchmarks;

/// <summary>How fast exact discrete Gaussians are drawn, and what a secure release adds to a tuning run.</summary>
public static class NoiseBenchmark
{
    private const int Draws = 10_000_000;
    private const int Rows = 1000;
    private const int Dimension = 26_010;
    private const int TuningRounds = 10;

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
        var tuning = TuningRatio();
        output.WriteLine($"a run of {TuningRounds} rounds over the same, from a secure source beside a seeded one: ratio {tuning:F3} (bar 1.2)");
        return perSecond >= 5e6 && ratio <= 1.2 && tuning <= 1.2 ? 0 : 1;
    }

    /// <summary>What secure noise costs a whole run: random order and filled batches of the rows as well.</summary>
    private static double TuningRatio()
    {
        var digits = GeneratedDigits.Create(3 * Rows, seed: 4);
        using var model = new ModuleModel(Subject.All[0].Network());
        using var expansion = new PublicExpansion(model, LossFunction.CrossEntropy, digits.Slice(Rows, 2 * Rows));
        var plan = new TuningPlan
        {
            Method = "noise benchmark",
            Loss = LossFunction.CrossEntropy.Name,
            Geometry = new("kronecker", null, 0.01, 0.3),
            ClipNorm = 1,
            Rounds = TuningRounds,
            NominalSize = Rows,
            Epsilon = 1,
            Delta = 1e-5,
            Mu = GaussianProfile.MuOf(new(1, 1e-5)),
            StepSize = 0.01,
        };
        double Run(INoiseSource noise) => Processor(() => Tuner.Tune(expansion, plan, digits.Slice(0, Rows), noise));
        Run(new SeededNoise(1));
        var ratios = Enumerable.Range(0, 5).Select(i => (Seeded: Run(new SeededNoise((ulong)i)), Secure: Run(new SecureNoise()))).Select(pair => pair.Secure / pair.Seeded).Order().ToList();
        return ratios[ratios.Count / 2];
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
