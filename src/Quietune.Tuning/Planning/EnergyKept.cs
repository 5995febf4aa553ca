using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
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
    public static double Of(PublicExpansion expansion, GeometryPlan plan, int rows = DefaultRows) => Of(expansion, plan, action =>
    {
        foreach (var gradients in expansion.Gradients(rows, temperature: null))
        {
            action(gradients);
        }
    });

    /// <summary>The same on gradients that were found before.</summary>
    /// <param name="expansion">The model and its public data.</param>
    /// <param name="plan">The geometry.</param>
    /// <param name="forEachBatch">Does something with each batch of gradients on the public rows' own labels.</param>
    internal static double Of(PublicExpansion expansion, GeometryPlan plan, Action<Action<UnitGradients>> forEachBatch)
    {
        double kept = 0, total = 0;
        expansion.AtOrigin(() =>
        {
            using var quiet = no_grad();

            // All coordinates of a part keep the part's energy, whatever they are multiplied by.
            var isWhole = plan.Kind is "identity" or "diagonal" || (plan.Kind == "kronecker" && plan.Dimension is null);
            var flat = isWhole ? GeometryPlan.Identity with { Subset = plan.Subset } : plan with { Whitened = false, StepsFlat = false, Damping = plan.Kind == "kronecker" ? Flat : plan.Damping };
            using var subspace = flat.BuildHere(expansion);
            using var whole = new IdentityGeometry(expansion.Model.Blocks);
            var scale = flat.Kind == "kronecker" ? Scale(expansion.Model.Blocks, subspace) : 1;
            forEachBatch(gradients =>
            {
                kept += scale * subspace.SquaredNorms(gradients).sum().item<float>();
                total += whole.SquaredNorms(gradients).sum().item<float>();
            });
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
