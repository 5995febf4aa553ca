using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Projections;

/// <summary>Independent entries, normal or ±1, made from a public seed when they are needed; kept where the whole map is small.</summary>
/// <remarks>Entries have variance 1/d, so that E[PᵀP] = (k/d)·I. Source: Johnson &amp; Lindenstrauss 1984; Achlioptas 2003 for signs.</remarks>
/// <param name="block">The parameters.</param>
/// <param name="dimension">k.</param>
/// <param name="scale">The entries' standard deviation.</param>
/// <param name="signs">Whether entries are ±scale; normal otherwise.</param>
/// <param name="seed">Of this block's part.</param>
/// <param name="keep">Whether to keep the map once made.</param>
internal sealed class GeneratedProjection(ParameterBlock block, long dimension, double scale, bool signs, ulong seed, bool keep) : RowwiseProjection(block, dimension)
{
    private Tensor? kept;

    /// <inheritdoc/>
    public override long HeldBytes => BytesOf(kept);

    /// <inheritdoc/>
    protected override Tensor Columns(long row, long count)
    {
        if (keep)
        {
            kept ??= Made(0, Block.Groups * Block.Outputs).DetachFromDisposeScope();
            return kept.narrow(1, row * Block.Inputs, count * Block.Inputs);
        }

        return Made(row, count);
    }

    /// <inheritdoc/>
    public override void Dispose() => kept?.Dispose();

    // A word never serves two rows of the block, so that slices of any size give the same entries.
    private Tensor Made(long row, long count)
    {
        var width = (int)Block.Inputs;
        var words = (ulong)(signs ? (width + 63) / 64 : (width + 3) / 4);
        var rows = (ulong)(Block.Groups * Block.Outputs);
        var map = empty([Length, count * width], device: CPU);
        TensorNumbers.InParallel((int)Length, Length * count * width, coordinate =>
        {
            var line = TensorNumbers.Of(map, coordinate, checked((int)(count * width)));
            for (var i = 0; i < count; i++)
            {
                var first = (((ulong)coordinate * rows) + (ulong)(row + i)) * words;
                var entries = line.Slice(i * width, width);
                if (signs)
                {
                    CounterGenerator.FillSigns(seed, first, entries, (float)scale);
                }
                else
                {
                    CounterGenerator.FillNormal(seed, first, entries, (float)scale);
                }
            }
        });
        return Block.Weight.device.type == TorchSharp.DeviceType.CPU ? map : map.to(Block.Weight.device);
    }
}
