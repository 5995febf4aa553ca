using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Planning;

/// <summary>The share of public gradients' energy that a plan's subspace keeps: Σ‖Pg‖²/Σ‖g‖², P the projection without any whitening.</summary>
/// <remarks>It reads public data only. A random k of d keeps k/d on average; a plan that keeps little can learn little, whatever its noise.</remarks>
public static class EnergyKept
{
    /// <summary>Public rows that are read, unless told.</summary>
    public const int DefaultRows = 2_000;

    // So much damping makes the whitening of a Kronecker eigenbasis one number, which is divided out.
    private const double Flat = 1e9;

    /// <summary>Measures the share at the pretrained parameters on the public rows' own labels; in [0, 1] but for the sampling error of a random subspace.</summary>
    /// <param name="expansion">The model and its public data.</param>
    /// <param name="plan">The geometry.</param>
    /// <param name="rows">How many public rows are read at most.</param>
    public static double Of(PublicExpansion expansion, GeometryPlan plan, int rows = DefaultRows)
    {
        double kept = 0, total = 0;
        expansion.AtOrigin(() =>
        {
            using var quiet = no_grad();
            var curved = plan.Kind is "kronecker" or "diagonal";
            using var subspace = (plan with { Whitened = false, StepsFlat = false, Damping = curved ? Flat : plan.Kind == "identity" ? 1 : plan.Damping }).BuildHere(expansion);
            using var whole = new IdentityGeometry(expansion.Model.Blocks);
            var scale = curved ? Scale(expansion.Model.Blocks, subspace) : 1;
            foreach (var gradients in expansion.Gradients(rows, temperature: null))
            {
                kept += scale * subspace.SquaredNorms(gradients).sum().item<float>();
                total += whole.SquaredNorms(gradients).sum().item<float>();
            }
        });
        return kept / total;
    }

    // The one number is read from a lift: all coordinates have the same length.
    private static double Scale(IReadOnlyList<ParameterBlock> blocks, IGeometry geometry)
    {
        using var scope = NewDisposeScope();
        using var lifted = geometry.Lift(ones(geometry.Dimension, device: blocks[0].Weight.device));
        return geometry.Dimension / lifted.Matrices.Sum(matrix => matrix.square().sum().item<float>());
    }
}
