using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>The whitening of one block: rotate both sides, scale each coordinate, keep some.</summary>
/// <remarks>W g = select(S ∘ (Oᵀ G I)), with O and I orthonormal columns (or none) and S ≥ 0 zero where a coordinate is dropped. Owns its tensors.</remarks>
public sealed class BlockWhitening : IDisposable
{
    private readonly ParameterBlock block;
    private readonly Tensor? outRotation;
    private readonly Tensor? inRotation;
    private readonly Tensor? scale;
    private readonly Tensor outScale;
    private readonly Tensor inScale;
    private readonly Tensor? squaredScale;
    private readonly Tensor? selected;
    private double? oneScale;

    private BlockWhitening(ParameterBlock block, Tensor? outRotation, Tensor? inRotation, Tensor outScale, Tensor inScale, Tensor? scale, Tensor? selected)
    {
        this.block = block;
        this.outRotation = outRotation?.DetachFromDisposeScope();
        this.inRotation = inRotation?.DetachFromDisposeScope();
        this.outScale = outScale.DetachFromDisposeScope();
        this.inScale = inScale.DetachFromDisposeScope();
        this.scale = scale?.DetachFromDisposeScope();
        squaredScale = scale?.to_type(ScalarType.Float64).square().DetachFromDisposeScope();
        this.selected = selected?.DetachFromDisposeScope();
    }

    /// <summary>Whether the scale is a product of one factor a side.</summary>
    public bool IsSeparable => scale is null;

    /// <summary>Whether either side is rotated.</summary>
    internal bool Rotates => inRotation is not null || outRotation is not null;

    /// <summary>The one number that every coordinate is multiplied by, or null where coordinates differ.</summary>
    internal double? OneScale => scale is null && outScale.numel() == 1 && inScale.numel() == 1 ? oneScale ??= (outScale * inScale).item<float>() : null;

    /// <summary>S with its columns in another order, [groups or 1, out or 1, in or 1].</summary>
    /// <param name="order">The columns, as they are to come, [in], int64.</param>
    internal Tensor ScaleInOrder(Tensor order)
    {
        var all = scale ?? (outScale.unsqueeze(2) * inScale.unsqueeze(1));
        return all.shape[2] == 1 ? all : all.index_select(2, order);
    }

    /// <summary>Whether the in side is rotated.</summary>
    public bool RotatesIn => inRotation is not null;

    /// <summary>I, [groups, in, in′], or null for the identity.</summary>
    internal Tensor? InRotation => inRotation;

    /// <summary>O, [groups, out, out′], or null for the identity.</summary>
    internal Tensor? OutRotation => outRotation;

    /// <summary>How many coordinates are kept.</summary>
    public long Dimension => selected?.shape[0] ?? (block.Groups * OutCount * InCount);

    private long OutCount => outRotation?.shape[2] ?? block.Outputs;

    private long InCount => inRotation?.shape[2] ?? block.Inputs;

    /// <summary>A whitening whose scale is a product of one factor a side; it takes the tensors over.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="outRotation">O, [groups, out, out′], or null for the identity.</param>
    /// <param name="inRotation">I, [groups, in, in′], or null for the identity.</param>
    /// <param name="outScale">[groups or 1, out′ or 1].</param>
    /// <param name="inScale">[groups or 1, in′ or 1].</param>
    public static BlockWhitening Separable(ParameterBlock block, Tensor? outRotation, Tensor? inRotation, Tensor outScale, Tensor inScale) =>
        new(block, outRotation, inRotation, outScale, inScale, null, null);

    /// <summary>A whitening with a scale of its own for every coordinate; it takes the tensors over.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="outRotation">O, [groups, out, out′], or null for the identity.</param>
    /// <param name="inRotation">I, [groups, in, in′], or null for the identity.</param>
    /// <param name="scale">S, [groups, out′, in′], zero at dropped coordinates.</param>
    /// <param name="selected">Flat positions of the kept coordinates, int64, or null for all.</param>
    public static BlockWhitening Coordinatewise(ParameterBlock block, Tensor? outRotation, Tensor? inRotation, Tensor scale, Tensor? selected) =>
        new(block, outRotation, inRotation, ones(1, 1), ones(1, 1), scale, selected);

    /// <summary>A rotation alone; it takes the tensors over.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="outRotation">O, [groups, out, out′], or null for the identity.</param>
    /// <param name="inRotation">I, [groups, in, in′], or null for the identity.</param>
    public static BlockWhitening Rotation(ParameterBlock block, Tensor? outRotation, Tensor? inRotation) =>
        Separable(block, outRotation, inRotation, ones(1, 1), ones(1, 1));

    /// <summary>The kept coordinates of a gradient [groups, out, in], as a vector.</summary>
    public Tensor Coordinates(Tensor gradient)
    {
        var whitened = Scaled(Rotated(gradient.unsqueeze(0))).flatten();
        return selected is null ? whitened : whitened.index_select(0, selected);
    }

    /// <summary>The curvature, damped, that each kept coordinate is whitened by: S⁻², a vector.</summary>
    internal Tensor Curvatures() => Kept((scale ?? (outScale.unsqueeze(2) * inScale.unsqueeze(1)).expand(block.Groups, OutCount, InCount)).reshape(1, -1)).squeeze(0).pow(-2);

    /// <summary>The kept among all coordinates [U, groups·out′·in′].</summary>
    internal Tensor Kept(Tensor all) => selected is null ? all : all.index_select(1, selected);

    /// <summary>Wᵀ of a vector of kept coordinates: a matrix [groups, out, in].</summary>
    public Tensor Lift(Tensor coordinates) => Lifted(coordinates, scales: true);

    /// <summary>The rotation of <see cref="Lift"/> without its scale.</summary>
    internal Tensor RotatedBack(Tensor coordinates) => Lifted(coordinates, scales: false);

    private Tensor Lifted(Tensor coordinates, bool scales)
    {
        var all = selected is null
            ? coordinates
            : zeros([block.Groups * OutCount * InCount], dtype: coordinates.dtype, device: coordinates.device).index_copy_(0, selected, coordinates);
        var spread = all.reshape(1, block.Groups, OutCount, InCount);
        var lifted = (scales ? Scaled(spread) : spread).squeeze(0);
        lifted = outRotation is null ? lifted : outRotation.matmul(lifted);
        return inRotation is null ? lifted : lifted.matmul(inRotation.transpose(1, 2));
    }

    /// <summary>Oᵀ G I of [U, groups, out, in].</summary>
    internal Tensor Rotated(Tensor gradients) => RotatedOut(RotatedIn(gradients).transpose(-1, -2)).transpose(-1, -2);

    /// <summary>x·I of [U, groups, T, in].</summary>
    internal Tensor RotatedIn(Tensor x) => Rotate(x, inRotation);

    /// <summary>x·O of [U, groups, T, out].</summary>
    internal Tensor RotatedOut(Tensor x) => Rotate(x, outRotation);

    /// <summary>S ∘ x of [U, groups, out′, in′].</summary>
    internal Tensor Scaled(Tensor x) => scale is null ? x * (outScale.to_type(x.dtype).unsqueeze(2) * inScale.unsqueeze(1)) : x * scale;

    /// <summary>S ∘ x of [U, groups, out′, in′], written over x.</summary>
    internal Tensor ScaledInPlace(Tensor x) => scale is null ? x.mul_(outScale.unsqueeze(2) * inScale.unsqueeze(1)) : x.mul_(scale);

    /// <summary>Both sides scaled, where the scale is a product; [U, groups, T, n].</summary>
    internal (Tensor Out, Tensor In) ScaledSides(Tensor b, Tensor a) => (b * outScale.unsqueeze(1), a * inScale.unsqueeze(1));

    /// <summary>(b∘b)ᵀ(S∘S)(a∘a) of sides [U, groups, n]: [U], float64.</summary>
    /// <remarks>In float64 nothing that float32 can hold vanishes or overflows when it is squared, so that no unit looks shorter than it is (docs/derivations/factors.md, "Rounding").</remarks>
    internal Tensor RankOneSquaredNorms(Tensor b, Tensor a)
    {
        var (squaredOut, squaredIn) = (b.to_type(ScalarType.Float64).square(), a.to_type(ScalarType.Float64).square());
        return squaredScale is null
            ? ((squaredOut * outScale.to_type(ScalarType.Float64).square()).sum(2) * (squaredIn * inScale.to_type(ScalarType.Float64).square()).sum(2)).sum(1)
            : (squaredOut.transpose(0, 1).matmul(squaredScale) * squaredIn.transpose(0, 1)).sum([0, 2]);
    }

    /// <summary>Output gradients [U, T, out′] scaled by the column of S that each position's one-hot input picks.</summary>
    internal Tensor ScaledAt(Tensor indices, Tensor b) => scale is null
        ? b * outScale * (inScale.numel() == 1 ? inScale : inScale[0].index_select(0, indices.flatten()).reshape([.. indices.shape, 1]))
        : b * scale[0].transpose(0, 1).index_select(0, indices.flatten()).reshape([.. indices.shape, -1]);

    /// <inheritdoc/>
    public void Dispose()
    {
        outRotation?.Dispose();
        inRotation?.Dispose();
        scale?.Dispose();
        outScale.Dispose();
        inScale.Dispose();
        squaredScale?.Dispose();
        selected?.Dispose();
    }

    private static Tensor Rotate(Tensor x, Tensor? rotation)
    {
        if (rotation is null)
        {
            return x;
        }

        // One large product for an ungrouped layer: batched small ones are several times slower.
        var (units, groups, positions, size) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        return groups == 1
            ? x.reshape(-1, size).mm(rotation[0]).reshape(units, 1, positions, -1)
            : x.transpose(0, 1).reshape(groups, -1, size).matmul(rotation).reshape(groups, units, positions, -1).transpose(0, 1);
    }
}
