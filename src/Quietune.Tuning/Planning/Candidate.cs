namespace Quietune.Tuning.Planning;

/// <summary>A plan whose clip norm is still a quantile of whitened norms on the stand-in rows.</summary>
/// <param name="Plan">The plan; its clip norm is set by the rehearsal, its step size is in units of the clip norm's inverse.</param>
/// <param name="ClipQuantile">Share of stand-in units whose norm lies below the clip norm, in (0, 1).</param>
public sealed record Candidate(TuningPlan Plan, double ClipQuantile)
{
    /// <summary>The clip norm over that quantile: below 1 where gradients shrink much as the model learns, as from zero weights.</summary>
    public double ClipFactor { get; init; } = 1;
}
