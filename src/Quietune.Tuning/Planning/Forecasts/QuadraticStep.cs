namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>What a noisy step along a clipped mean gradient does to a loss that is quadratic around the pretrained parameters.</summary>
/// <remarks>Source: docs/derivations/planning.md. A step of multiple α changes the mean loss by −α·slope + ½α²·(curvature + trace·deviation²) on average.</remarks>
/// <param name="Slope">⟨ḡ, Wᵀc⟩: the mean gradient where the model will be used, along the step.</param>
/// <param name="Curvature">(Wᵀc)ᵀH(Wᵀc).</param>
/// <param name="Trace">tr(W·H·Wᵀ); k where the geometry's metric is the curvature.</param>
/// <param name="Deviation">σ/N, the noise on each coordinate of the released mean.</param>
public sealed record QuadraticStep(double Slope, double Curvature, double Trace, double Deviation)
{
    /// <summary>Expected cost of the noise at the full step: ½·trace·deviation².</summary>
    public double NoiseCost => Trace * Deviation * Deviation / 2;

    /// <summary>The multiple at which the expected benefit is largest among steps whose quadratic term stays within a radius; 0 where the slope leads up.</summary>
    /// <param name="radius">κ in nats, as a trust region has it: farther off, the quadratic says nothing.</param>
    public double BestMultiple(double radius = double.PositiveInfinity) =>
        Slope <= 0 ? 0 : Math.Min(Slope / (Curvature + (2 * NoiseCost)), Math.Sqrt(radius / ((Curvature / 2) + NoiseCost)));

    /// <summary>Expected decrease of the mean loss at a multiple of the step.</summary>
    /// <param name="multiple">α.</param>
    public double Benefit(double multiple) => (multiple * Slope) - (multiple * multiple * ((Curvature / 2) + NoiseCost));

    /// <summary>The step whose numbers are means over several: what one multiple for all of them does on average.</summary>
    /// <param name="steps">One or more.</param>
    public static QuadraticStep Mean(IReadOnlyList<QuadraticStep> steps) => new(
        steps.Average(step => step.Slope), steps.Average(step => step.Curvature), steps.Average(step => step.Trace), Math.Sqrt(steps.Average(step => step.Deviation * step.Deviation)));
}
