using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>What one pass over the private rows computes: decided before the rows are read, from the plan, public data and earlier releases.</summary>
/// <param name="Geometry">W.</param>
/// <param name="ClipNorm">C.</param>
internal sealed record RoundPass(IGeometry Geometry, double ClipNorm)
{
    /// <summary>A public gradient that is taken from every unit's before clipping; null for none.</summary>
    public PublicCentre? Centre { get; init; }

    /// <summary>Whether to count the units whose norm is at most C, in part where it is within an eighth of C.</summary>
    public bool CountsBelow { get; init; }

    /// <summary>What is summed.</summary>
    public PassKind Kind { get; init; }

    /// <summary>Λ of a pass that minimises, in the same units as the summed loss.</summary>
    public double Penalty { get; init; }

    /// <summary>b of a pass that minimises a perturbed objective, [groups, out, in], float64; null for none. As secret as any noise.</summary>
    public Tensor? Perturbation { get; init; }

    /// <summary>Rows to which every batch of units of one row is filled up, so that a neighbour changes no batch's shape; null leaves batches as they come.</summary>
    public int? FilledRows { get; init; }

    /// <summary>The factor on every unit's gradient: 1 over the number of copies of a row that its unit holds.</summary>
    public double Scale { get; init; } = 1;
}
