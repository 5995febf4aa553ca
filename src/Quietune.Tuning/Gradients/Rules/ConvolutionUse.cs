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

    // Unfolded patches are many times the size of the input; so many numbers of them are made at a time.
    private const long UnfoldedAtOnce = 1 << 22;

    /// <inheritdoc/>
    public override LayerFactors ToFactors(Tensor outputGradient)
    {
        var rows = Input.shape[0];
        var b = outputGradient.reshape(rows, Block.Groups, Block.Outputs, -1);         // [R, groups, out, T]
        var positions = b.shape[3];
        if (!PairFactors.PrefersExplicit(Block, positions))
        {
            var patches = Patches(Input).transpose(2, 3);
            var a = Block.Bias is null ? patches : cat([patches, ones_like(patches.narrow(-1, 0, 1))], -1);
            return new PairFactors(Block, a, b.transpose(2, 3));
        }

        var gradients = empty([rows, .. Block.MatrixShape], dtype: b.dtype, device: b.device);
        if (Stride.All(step => step == 1) && Kernel.Any(size => size > 1))
        {
            CopyShiftedProducts(outputGradient, gradients);
        }
        else
        {
            CopyUnfoldedProducts(b, gradients);
        }

        if (Block.Bias is not null)
        {
            gradients.narrow(3, Block.WeightInputs, 1).copy_(b.sum(3, keepdim: true));
        }

        return new ExplicitFactors(Block, gradients);
    }

    private void CopyUnfoldedProducts(Tensor b, Tensor gradients)
    {
        var (rows, positions) = (b.shape[0], b.shape[3]);
        var step = Math.Max(1, UnfoldedAtOnce / (Block.Groups * Block.WeightInputs * positions));
        for (long start = 0; start < rows; start += step)
        {
            using var slice = NewDisposeScope();
            var count = Math.Min(step, rows - start);
            var patches = Patches(Input.narrow(0, start, count));
            gradients.narrow(0, start, count).narrow(3, 0, Block.WeightInputs).copy_(b.narrow(0, start, count).matmul(patches.transpose(2, 3)));
        }
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
            : nn.functional.conv2d(Input, filters, bias, [.. Stride], [.. Padding], [.. Dilation], Block.Groups);
    }

    /// <summary>The patches under each position, [R, groups, in, T].</summary>
    private Tensor Patches(Tensor input)
    {
        var flat = Stride.Count == 1;
        var image = flat ? input.unsqueeze(2) : input;
        var kernel = flat ? [1, Kernel[0]] : Kernel;
        var columns = nn.functional.unfold(
            image,
            (kernel[0], kernel[1]),
            flat ? (1, Dilation[0]) : (Dilation[0], Dilation[1]),
            flat ? (0, Padding[0]) : (Padding[0], Padding[1]),
            flat ? (1, Stride[0]) : (Stride[0], Stride[1]));
        return columns.reshape(input.shape[0], Block.Groups, Block.WeightInputs, -1);
    }
}
