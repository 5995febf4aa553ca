using System.Numerics;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Accounting.Losses;
using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Tests.Accounting;

/// <summary>The plainest composition of privacy losses, with no bound, no tilt and no choice of grid: an independent check on the curves that have them.</summary>
internal static class PlainLosses
{
    private const int Size = 1 << 20;

    /// <summary>ε of sampled Gaussian rounds under add/remove, good to about a hundredth.</summary>
    public static double EpsilonOf(double rate, double noise, int rounds, double delta)
    {
        var pair = LossPair.Of(new GaussianRound(rate, noise, 1), Adjacency.AddRemove);

        // Wide enough for twice Rényi's ε, as fine as that allows.
        var reach = 2.5 * new RdpAccountant().Account(new SelfComposedEvent(new PoissonSampledEvent(rate, new GaussianEvent(noise)), rounds)).EpsilonOf(delta);
        var step = reach / (Size / 2);
        var losses = new double[Size];
        var masses = pair.Masses(step, reach: 8);
        for (var i = 0; i < masses.P.Length; i++)
        {
            // Each cell's mass is split so that the moments E[e^−L] and E[1] are right.
            var (low, p, q) = ((masses.First + i) * step, masses.P[i], masses.Q[i]);
            var above = p == 0 ? 0 : Math.Clamp((1 - q / p * Math.Exp(low)) / (1 - Math.Exp(-step)), 0, 1);
            losses[(masses.First + i) & (Size - 1)] += (1 - above) * p;
            losses[(masses.First + i + 1) & (Size - 1)] += above * p;
        }

        losses[masses.First & (Size - 1)] += masses.Below.P;
        var spectrum = new double[Size];
        var transform = new FourierTransform(Size);
        transform.Forward(losses, spectrum);
        for (var i = 0; i < Size; i++)
        {
            var power = Complex.Pow(new Complex(losses[i], spectrum[i]), rounds);
            (losses[i], spectrum[i]) = (power.Real, power.Imaginary);
        }

        transform.Inverse(losses, spectrum);
        var (low0, high) = (0.0, reach);
        for (var i = 0; i < 40; i++)
        {
            var middle = (low0 + high) / 2;
            (low0, high) = Delta(middle) > delta ? (middle, high) : (low0, middle);
        }

        return high;

        double Delta(double epsilon)
        {
            var sum = 0.0;
            for (var i = (int)(epsilon / step) + 1; i < Size / 2; i++)
            {
                sum += losses[i] / Size * (1 - Math.Exp(epsilon - i * step));
            }

            return sum;
        }
    }
}
