using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>Learned directions of a Kronecker eigenbasis, and beside them its strongest coordinates for what was not learned.</summary>
/// <remarks>
/// W = [V; E(I − VᵀV)]·B: B the eigenbasis cut to k₀ coordinates and whitened, V orthonormal directions in it, E some of its coordinates
/// (docs/derivations/mechanism.md, "Learned directions").
/// </remarks>
public sealed class LearnedGeometry : CoordinateGeometry
{
    private readonly SubspaceGeometry eigenbasis;
    private readonly Tensor directions;
    private readonly Tensor beside;
    private readonly Tensor learnedBeside;

    /// <summary>Makes the geometry.</summary>
    /// <param name="eigenbasis">B; taken over.</param>
    /// <param name="directions">V, orthonormal rows [r, k₀]; stays the caller's.</param>
    /// <param name="beside">Which coordinates E picks, int64 [h]; stays the caller's.</param>
    internal LearnedGeometry(SubspaceGeometry eigenbasis, Tensor directions, Tensor beside)
    {
        using var quiet = no_grad();
        this.eigenbasis = eigenbasis;
        this.directions = directions.clone().DetachFromDisposeScope();
        this.beside = beside.clone().DetachFromDisposeScope();
        learnedBeside = directions.index_select(1, beside).DetachFromDisposeScope();
        Dimension = directions.shape[0] + beside.shape[0];
    }

    /// <inheritdoc/>
    public override long Dimension { get; }

    /// <inheritdoc/>
    public override Tensor Coordinates(UnitGradients gradients)
    {
        using var scope = NewDisposeScope();
        var all = eigenbasis.Coordinates(gradients);
        var learned = all.mm(directions.transpose(0, 1));
        var rest = all.index_select(1, beside) - learned.mm(learnedBeside);
        return cat([learned, rest], 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override ParameterDelta Lift(Tensor whitened)
    {
        using var coordinates = WithinEigenbasis(whitened);
        return eigenbasis.Lift(coordinates);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        eigenbasis.Dispose();
        directions.Dispose();
        beside.Dispose();
        learnedBeside.Dispose();
    }

    private Tensor WithinEigenbasis(Tensor whitened)
    {
        using var scope = NewDisposeScope();
        var learned = whitened.narrow(0, 0, directions.shape[0]);
        var rest = whitened.narrow(0, directions.shape[0], beside.shape[0]);
        return directions.transpose(0, 1).mv(learned - learnedBeside.mv(rest)).index_add_(0, beside, rest, 1).MoveToOuterDisposeScope();
    }
}
