using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>One block's part of a linear map P: R^d → R^k; what the parts give is added up.</summary>
/// <param name="block">The parameters.</param>
/// <param name="offset">The first coordinate that the part touches.</param>
/// <param name="length">How many coordinates it touches.</param>
internal abstract class BlockProjection(ParameterBlock block, long offset, long length) : IDisposable
{
    /// <summary>The parameters.</summary>
    public ParameterBlock Block { get; } = block;

    /// <summary>The first coordinate that the part touches.</summary>
    public long Offset { get; } = offset;

    /// <summary>How many coordinates it touches.</summary>
    public long Length { get; } = length;

    /// <summary>How many bytes of P are held between uses.</summary>
    public abstract long HeldBytes { get; }

    /// <summary>P g of every unit, [U, length], in the current dispose scope.</summary>
    public abstract Tensor Apply(LayerFactors factors);

    /// <summary>Pᵀ c, [groups, out, in], in the current dispose scope.</summary>
    /// <param name="coordinates">c, [length].</param>
    public abstract Tensor Transpose(Tensor coordinates);

    /// <summary>What a map gives of every unit, found a few units at a time; in the current dispose scope.</summary>
    /// <param name="factors">The units' gradients.</param>
    /// <param name="unitsAtOnce">How many units at a time, if at least one.</param>
    /// <param name="apply">From some units' gradients to [units, …].</param>
    protected static Tensor InSlices(LayerFactors factors, long unitsAtOnce, Func<LayerFactors, Tensor> apply)
    {
        using var scope = NewDisposeScope();
        var step = Math.Max(1, unitsAtOnce);
        var found = new List<Tensor>();
        for (long start = 0; start < factors.Units; start += step)
        {
            using var slice = NewDisposeScope();
            found.Add(apply(factors.Slice(start, Math.Min(step, factors.Units - start))).MoveToOuterDisposeScope());
        }

        return cat(found).MoveToOuterDisposeScope();
    }

    /// <summary>The bytes of some tensors.</summary>
    protected static long BytesOf(params ReadOnlySpan<Tensor?> tensors)
    {
        long sum = 0;
        foreach (var tensor in tensors)
        {
            sum += tensor is null ? 0 : tensor.numel() * tensor.element_size();
        }

        return sum;
    }

    /// <summary>Frees what the part holds.</summary>
    public abstract void Dispose();
}
