using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>A dense P that exists a few rows of the block at a time: neither P nor the gradients are held whole.</summary>
/// <param name="block">The parameters.</param>
/// <param name="dimension">k.</param>
internal abstract class RowwiseProjection(ParameterBlock block, long dimension) : BlockProjection(block, 0, dimension)
{
    private const long NumbersOfMapAtOnce = 1 << 23;

    /// <inheritdoc/>
    public override Tensor Apply(LayerFactors factors)
    {
        using var scope = NewDisposeScope();
        var coordinates = zeros([factors.Units, Length], device: Block.Weight.device);
        foreach (var (group, start, count) in Slices(Math.Max(factors.Units, 1)))
        {
            using var slice = NewDisposeScope();
            var rows = factors.Rows(group, start, count).reshape(factors.Units, -1);
            coordinates.addmm_(rows, Columns((group * Block.Outputs) + start, count).transpose(0, 1));
        }

        return coordinates.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        var matrix = zeros(Block.MatrixShape, device: Block.Weight.device);
        foreach (var (group, start, count) in Slices(1))
        {
            using var slice = NewDisposeScope();
            matrix[group].narrow(0, start, count).copy_(coordinates.unsqueeze(0).mm(Columns((group * Block.Outputs) + start, count)).reshape(count, -1));
        }

        return matrix.MoveToOuterDisposeScope();
    }

    /// <summary>P on some rows of the block, [k, count·in].</summary>
    /// <param name="row">The first row, counted over all groups.</param>
    /// <param name="count">How many rows.</param>
    protected abstract Tensor Columns(long row, long count);

    private IEnumerable<(long Group, long Start, long Count)> Slices(long units)
    {
        var step = Math.Clamp(Math.Min(NumbersOfMapAtOnce / (Length * Block.Inputs), LayerFactors.NumbersAtOnce / (units * Block.Inputs)), 1, Block.Outputs);
        for (long group = 0; group < Block.Groups; group++)
        {
            for (long start = 0; start < Block.Outputs; start += step)
            {
                yield return (group, start, Math.Min(step, Block.Outputs - start));
            }
        }
    }
}
