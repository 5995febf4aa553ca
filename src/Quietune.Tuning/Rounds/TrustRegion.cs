using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>How far a released step may change the model's predictions on public inputs.</summary>
/// <remarks>Post-processing of a release: it reads no private row (docs/derivations/mechanism.md, "Public trust region").</remarks>
/// <param name="model">The model.</param>
/// <param name="loss">Its loss, whose divergence is bounded.</param>
/// <param name="publicInputs">Public inputs, in memory.</param>
public sealed class TrustRegion(TunableModel model, LossFunction loss, IReadOnlyList<Tensor> publicInputs)
{
    // The divergence grows about as the square of the step, so a few rescalings find the radius; these bound the search.
    private const int Rescalings = 12;
    private const double LargestRescaling = 32;
    private const double Slack = 0.9;

    /// <summary>Moves the model along <paramref name="step"/> as far as the mean divergence from its present predictions stays within the radius.</summary>
    /// <param name="origin">The model's present parameters.</param>
    /// <param name="step">The direction, at its full length.</param>
    /// <param name="radius">κ ≥ 0, in nats.</param>
    /// <remarks>A step may be lengthened as well as shortened: under a small clip norm its length says nothing.</remarks>
    /// <returns>The multiple of the step that was taken, ≥ 0; the model is left there.</returns>
    public double Move(ParameterDelta origin, ParameterDelta step, double radius)
    {
        using var scope = NewDisposeScope();
        if (radius <= 0)
        {
            return 0;
        }

        var reference = model.Forward(publicInputs);
        double inside = 0, outside = double.PositiveInfinity, share = 1;
        for (var i = 0; i < Rescalings; i++)
        {
            var divergence = Divergence(share);
            if (divergence <= radius)
            {
                inside = share;
                if (divergence >= Slack * radius)
                {
                    break;
                }
            }
            else
            {
                outside = share;
            }

            share = Next(share, divergence);
        }

        model.Move(origin, step, inside);
        return inside;

        double Divergence(double candidate)
        {
            using var trial = NewDisposeScope();
            model.Move(origin, step, candidate);
            var value = loss.Divergence(reference, model.Forward(publicInputs)).item<float>();
            return float.IsNaN(value) ? float.PositiveInfinity : value;
        }

        double Next(double at, double divergence)
        {
            var ratio = Math.Sqrt(radius * (1 + Slack) / 2 / Math.Max(divergence, double.Epsilon));
            var guess = at * Math.Clamp(ratio, 1 / LargestRescaling, LargestRescaling);
            return guess > inside && guess < outside ? guess
                : double.IsPositiveInfinity(outside) ? 2 * inside
                : inside > 0 ? Math.Sqrt(inside * outside) : outside / 2;
        }
    }
}
