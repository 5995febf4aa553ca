namespace Quietune.Reporting;

/// <summary>What a run released of the model's parameters, measured on public rows.</summary>
/// <param name="Kind">The geometry.</param>
/// <param name="Dimension">k, the coordinates that were released.</param>
/// <param name="Parameters">d, the numbers that are tuned.</param>
/// <param name="EnergyKept">Share of public gradients' energy that lies in the released coordinates; null where it has no meaning.</param>
/// <param name="Damping">λ in units of the mean curvature; null without a curvature.</param>
/// <param name="Spectrum">The curvature of some coordinates, strongest first; empty without a curvature.</param>
public sealed record GeometryStory(string Kind, long Dimension, long Parameters, double? EnergyKept, double? Damping, IReadOnlyList<SpectrumPoint> Spectrum);
