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
    /// <summary>The longest step tried, in units of the released step.</summary>
    public const double LongestStep = 2;

    private const int Halvings = 24;

    /// <summary>Moves the model along <paramref name="step"/> as far as the mean divergence from its present predictions stays within the radius.</summary>
    /// <param name="origin">The model's present parameters.</param>
    /// <param name="step">The direction, at its full length.</param>
    /// <param name="radius">κ ≥ 0, in nats.</param>
    /// <returns>The share of the step that was taken, in [0, 2]; the model is left there.</returns>
    public double Move(ParameterDelta origin, ParameterDelta step, double radius)
    {
        using var scope = NewDisposeScope();
        if (radius <= 0)
        {
            return 0;
        }

        var reference = model.Forward(publicInputs);
        var share = LongestStep;
        for (var i = 0; i < Halvings; i++, share /= 2)
        {
            if (Within(share))
            {
                return share == LongestStep ? share : Refine(share);
            }
        }

        model.Move(origin);
        return 0;

        bool Within(double candidate)
        {
            using var trial = NewDisposeScope();
            model.Move(origin, step, candidate);
            return loss.Divergence(reference, model.Forward(publicInputs)).item<float>() <= radius;
        }

        // Halving is coarse: two more cuts place the share within a fifth.
        double Refine(double inside)
        {
            for (var ratio = Math.Sqrt(2); ratio > 1.15; ratio = Math.Sqrt(ratio))
            {
                inside = Within(inside * ratio) ? inside * ratio : inside;
            }

            model.Move(origin, step, inside);
            return inside;
        }
    }
}
