using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients.Rules;

/// <summary>A convolution over one or two axes: a linear layer over unfolded patches.</summary>
/// <param name="Block">The weight [groups·out, in, …].</param>
/// <param name="Output">[R, groups·out, …].</param>
/// <param name="Input">[R, channels, …], already padded where the padding is not zeros.</param>
/// <param name="Stride">One number an axis.</param>
/// <param name="Padding">Zeros on both sides of each axis.</param>
/// <param name="Dilation">One number an axis.</param>
public sealed record ConvolutionUse(ParameterBlock Block, Tensor Output, Tensor Input, IReadOnlyList<long> Stride, IReadOnlyList<long> Padding, IReadOnlyList<long> Dilation)
    : ParameterUse(Block, Output)
{
    /// <summary>The kernel's sizes; the weight's last axes unless the weight is kept in another shape.</summary>
    public IReadOnlyList<long> Kernel { get; init; } = Block.Weight.shape.Skip(2).ToArray();

    private long Elements => Kernel.Aggregate(1L, (product, size) => product * size);

    // Unfolded patches are many times the size of the input; so many numbers of them are made at a time.
    private const long UnfoldedAtOnce = 1 << 22;

    /// <inheritdoc/>
    public override LayerFactors ToFactors(Tensor outputGradient)
    {
        var rows = Input.shape[0];
        var b = ByGroup(outputGradient);                                               // [R, groups, out, T]
        var positions = b.shape[3];
        if (!PairFactors.PrefersExplicit(Block, positions))
        {
            return new PairFactors(Block, Patches(Input, byElement: false), b.transpose(2, 3));
        }

        if (Stride.Any(step => step > 1) || Kernel.All(size => size == 1))
        {
            return new ExplicitFactors(Block, UnfoldedProducts(b, byElement: false));
        }

        var gradients = empty([rows, .. Block.MatrixShape], dtype: b.dtype, device: b.device);
        CopyShiftedProducts(outputGradient, gradients);
        if (Block.Bias is not null)
        {
            gradients.narrow(3, Block.WeightInputs, 1).copy_(b.sum(3, keepdim: true));
        }

        return new ExplicitFactors(Block, gradients);
    }

    /// <summary>The gradients of every row, [R, groups, out, in], with the columns of the weight ordered by element of the kernel before channel: the order in which pixels lie.</summary>
    /// <param name="outputGradient">∂(Σ losses)/∂<see cref="ParameterUse.Output"/>.</param>
    internal Tensor ByElement(Tensor outputGradient) => UnfoldedProducts(ByGroup(outputGradient), byElement: true);

    /// <summary>The column of the weight's order at each place of the order of <see cref="ByElement"/>, [in], int64.</summary>
    internal Tensor ElementOrder()
    {
        var columns = arange(Block.WeightInputs, dtype: ScalarType.Int64, device: Block.Weight.device).reshape(-1, Elements).transpose(0, 1).flatten();
        return Block.Bias is null ? columns : cat([columns, full([1], Block.WeightInputs, dtype: ScalarType.Int64, device: columns.device)]);
    }

    /// <summary>A matrix whose columns are ordered as those of <see cref="ByElement"/>, in the weight's own order.</summary>
    /// <param name="byElement">[groups, out, in].</param>
    internal Tensor InWeightOrder(Tensor byElement)
    {
        var weight = byElement.narrow(2, 0, Block.WeightInputs).unflatten(2, [Elements, Block.WeightInputs / Elements]).transpose(2, 3).flatten(2);
        return Block.Bias is null ? weight : cat([weight, byElement.narrow(2, Block.WeightInputs, 1)], 2);
    }

    private Tensor UnfoldedProducts(Tensor b, bool byElement)
    {
        var (rows, positions) = (b.shape[0], b.shape[3]);
        var step = Math.Max(1, UnfoldedAtOnce / (Block.Groups * Block.Inputs * positions));
        if (step >= rows)
        {
            return b.matmul(Patches(Input, byElement));
        }

        var gradients = empty([rows, .. Block.MatrixShape], dtype: b.dtype, device: b.device);
        for (long start = 0; start < rows; start += step)
        {
            using var slice = NewDisposeScope();
            var count = Math.Min(step, rows - start);
            gradients.narrow(0, start, count).copy_(b.narrow(0, start, count).matmul(Patches(Input.narrow(0, start, count), byElement)));
        }

        return gradients;
    }

    /// <summary>Channels of outputs, [R, groups·n, …], as [R, groups, n, T]: a view wherever the layout allows one.</summary>
    internal Tensor ByGroup(Tensor outputs)
    {
        var (rows, groups) = (outputs.shape[0], Block.Groups);
        return outputs.dim() == 4 && ImageLayout.IsChannelsLast(outputs)
            ? outputs.permute(0, 2, 3, 1).reshape(rows, -1, groups, outputs.shape[1] / groups).permute(0, 2, 3, 1)
            : outputs.reshape(rows, groups, outputs.shape[1] / groups, -1);
    }

    /// <summary>At steps of one, the gradients without unfolding: one product for each element of the kernel.</summary>
    /// <remarks>
    /// With output gradients laid out in rows as wide as the padded input's, zeros after each, the input under a kernel element is the
    /// flattened input from some place on: a view, where patches would be copies.
    /// </remarks>
    private void CopyShiftedProducts(Tensor outputGradient, Tensor gradients)
    {
        using var scope = NewDisposeScope();
        var flat = Stride.Count == 1;
        var (image, b) = flat ? (Input.unsqueeze(2), outputGradient.unsqueeze(2)) : (Input, outputGradient);
        var (high, wide) = flat ? (1, Kernel[0]) : (Kernel[0], Kernel[1]);
        var (above, beside) = flat ? (0, Padding[0]) : (Padding[0], Padding[1]);
        var (down, across) = flat ? (1, Dilation[0]) : (Dilation[0], Dilation[1]);
        var width = image.shape[3] + (2 * beside);
        var (rows, length) = (image.shape[0], b.shape[2] * width);

        // One row of zeros more, for the last elements of the kernel look beyond the end.
        var input = nn.functional.pad(image, [beside, beside, above, above + 1]).reshape(rows * Block.Groups, image.shape[1] / Block.Groups, -1);
        var spread = nn.functional.pad(b, [0, width - b.shape[3], 0, 0]).reshape(rows * Block.Groups, Block.Outputs, length);
        var byElement = gradients.narrow(3, 0, Block.WeightInputs).unflatten(3, [input.shape[1], high * wide]);
        for (long i = 0; i < high; i++)
        {
            for (long j = 0; j < wide; j++)
            {
                using var element = NewDisposeScope();
                var product = spread.bmm(input.narrow(2, (i * down * width) + (j * across), length).transpose(1, 2));
                byElement.select(4, (i * wide) + j).copy_(product.reshape(rows, Block.Groups, Block.Outputs, -1));
            }
        }
    }

    /// <inheritdoc/>
    public override LayerFactors ToDeferredFactors(Tensor outputGradient) => new ConvolutionFactors(this, outputGradient);

    /// <summary>The patches, with the bias's 1 where the block has one, times a matrix: a convolution with its columns as filters, [R, groups·n, …].</summary>
    /// <param name="matrix">[groups, in, n].</param>
    internal Tensor Convolved(Tensor matrix)
    {
        var filters = matrix.narrow(1, 0, Block.WeightInputs).transpose(1, 2).reshape([Block.Groups * matrix.shape[2], -1, .. Kernel]);
        var bias = Block.Bias is null ? null : matrix.select(1, Block.WeightInputs).flatten();
        return Stride.Count == 1
            ? nn.functional.conv1d(Input, filters, bias, Stride[0], Padding[0], Dilation[0], Block.Groups)
            : nn.functional.conv2d(ImageLayout.ChannelsLast(Input), filters, bias, [.. Stride], [.. Padding], [.. Dilation], Block.Groups);
    }

    /// <summary>The patches under each position, with the bias's 1 where the block has one, [R, groups, T, in].</summary>
    /// <param name="input">Some rows.</param>
    /// <param name="byElement">Whether a patch lists elements of the kernel before channels: whole runs of pixels are copied then.</param>
    private Tensor Patches(Tensor input, bool byElement)
    {
        using var scope = NewDisposeScope();
        var flat = Stride.Count == 1;
        var (image, high, wide) = flat ? (input.unsqueeze(2), 1, Kernel[0]) : (input, Kernel[0], Kernel[1]);
        var (above, beside) = flat ? (0, Padding[0]) : (Padding[0], Padding[1]);
        var (down, across) = flat ? (1, Dilation[0]) : (Dilation[0], Dilation[1]);
        var padded = above + beside == 0 ? image : nn.functional.pad(image, [beside, beside, above, above]);
        var channels = image.shape[1] / Block.Groups;

        // [R, channels, rows, columns, high, wide], all of it a view.
        var windows = (byElement ? ImageLayout.ChannelsLast(padded) : padded)
            .unfold(2, ((high - 1) * down) + 1, flat ? 1 : Stride[0]).unfold(3, ((wide - 1) * across) + 1, Stride[^1])
            .slice(4, 0, ((high - 1) * down) + 1, down).slice(5, 0, ((wide - 1) * across) + 1, across)
            .unflatten(1, [Block.Groups, channels]);                                    // [R, groups, channels, rows, columns, high, wide]
        long[] sizes = byElement ? [high, wide, channels] : [channels, high, wide];
        var patches = empty([image.shape[0], Block.Groups, windows.shape[3] * windows.shape[4], Block.Inputs], dtype: input.dtype, device: input.device);
        patches.narrow(3, 0, Block.WeightInputs).unflatten(3, sizes).unflatten(2, [windows.shape[3], windows.shape[4]])
            .copy_(byElement ? windows.permute(0, 1, 3, 4, 5, 6, 2) : windows.permute(0, 1, 3, 4, 2, 5, 6));
        if (Block.Bias is not null)
        {
            patches.narrow(3, Block.WeightInputs, 1).fill_(1);
        }

        return patches.MoveToOuterDisposeScope();
    }
}
