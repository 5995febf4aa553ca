using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>W = R·P: a linear map P to k coordinates, and a k×k whitening R in that subspace where there is one.</summary>
/// <remarks>Without R the rows of P have length one and are orthogonal, exactly or in expectation, so that ‖Pg‖² is the energy that the subspace keeps.</remarks>
public sealed class SubspaceGeometry : CoordinateGeometry
{
    /// <summary>The most coordinates that a dense curvature may have: its decomposition takes the cube of them.</summary>
    public const long LargestWhitenedDimension = 4096;

    private readonly IReadOnlyList<ParameterBlock> blocks;
    private readonly IReadOnlyList<BlockProjection?> parts;
    private readonly Tensor? whitening;

    /// <summary>Joins the blocks' parts.</summary>
    /// <param name="blocks">The model's blocks.</param>
    /// <param name="parts">One for each block, or null where a block stays untouched; owned.</param>
    /// <param name="dimension">k.</param>
    /// <param name="whitening">R, symmetric [k, k], taken over; null for none.</param>
    internal SubspaceGeometry(IReadOnlyList<ParameterBlock> blocks, IReadOnlyList<BlockProjection?> parts, long dimension, Tensor? whitening = null)
    {
        this.blocks = blocks;
        this.parts = parts;
        this.whitening = whitening?.DetachFromDisposeScope();
        Dimension = dimension;
    }

    /// <inheritdoc/>
    public override long Dimension { get; }

    /// <summary>How many bytes of P and R are held between uses.</summary>
    public long HeldBytes => parts.Sum(part => part?.HeldBytes ?? 0) + (whitening is null ? 0 : whitening.numel() * whitening.element_size());

    /// <inheritdoc/>
    public override ParameterDelta Lift(Tensor whitened)
    {
        using var scope = NewDisposeScope();
        var coordinates = whitening is null ? whitened : whitening.mv(whitened);
        return new([.. parts.Select((part, i) => (part is null
            ? zeros(blocks[i].MatrixShape, device: blocks[i].Weight.device)
            : part.Transpose(coordinates.narrow(0, part.Offset, part.Length))).MoveToOuterDisposeScope())]);
    }

    /// <summary>W x of one vector shaped like the parameters, [k]; in the current dispose scope.</summary>
    internal Tensor Project(ParameterDelta vector)
    {
        using var scope = NewDisposeScope();
        var sum = zeros([1, Dimension], device: blocks[0].Weight.device);
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is { } part)
            {
                sum.narrow(1, part.Offset, part.Length).add_(part.Apply(new ExplicitFactors(blocks[i], vector.Matrices[i].unsqueeze(0))));
            }
        }

        return (whitening is null ? sum : sum.mm(whitening)).squeeze(0).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Coordinates(UnitGradients gradients)
    {
        using var scope = NewDisposeScope();
        var sum = zeros([gradients.Units, Dimension], device: gradients.Device);
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is { } part)
            {
                using var layer = NewDisposeScope();
                sum.narrow(1, part.Offset, part.Length).add_(part.Apply(gradients.Layers[i].Formed()));
            }
        }

        return (whitening is null ? sum : sum.mm(whitening)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        whitening?.Dispose();
        foreach (var part in parts)
        {
            part?.Dispose();
        }
    }

    /// <summary>The same subspace with W = (P H Pᵀ + λI)^{−1/2}·P; this geometry must not be used or disposed any more.</summary>
    /// <param name="publicGradients">Batches of public units, on labels drawn from the model; H is their second moment.</param>
    /// <param name="damping">λ in units of the mean curvature per coordinate; &gt; 0.</param>
    /// <exception cref="ArgumentException">k is too large for a dense eigendecomposition, or there are no public units.</exception>
    internal SubspaceGeometry Whitened(IEnumerable<UnitGradients> publicGradients, double damping)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(damping);
        if (Dimension > LargestWhitenedDimension)
        {
            throw new ArgumentException($"Expected at most {LargestWhitenedDimension} coordinates for a dense curvature, got {Dimension}.", nameof(damping));
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var moment = zeros([Dimension, Dimension], dtype: ScalarType.Float64);
        long units = 0;
        foreach (var gradients in publicGradients)
        {
            using var batch = NewDisposeScope();
            var coordinates = Coordinates(gradients).to_type(ScalarType.Float64);
            moment.addmm_(coordinates.transpose(0, 1), coordinates);
            units += gradients.Units;
        }

        if (units == 0)
        {
            throw new ArgumentException("Expected public units to measure the curvature on, got none.", nameof(publicGradients));
        }

        var (values, vectors) = linalg.eigh(moment / units);
        var scale = (values.clamp_min(0) + (damping * Math.Max(values.mean().item<double>(), double.Epsilon))).rsqrt();
        return new(blocks, parts, Dimension, (vectors * scale).mm(vectors.transpose(0, 1)).to_type(ScalarType.Float32).to(blocks[0].Weight.device));
    }
}
