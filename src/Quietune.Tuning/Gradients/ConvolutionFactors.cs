using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Gradients.Rules;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>Gradients of a convolution whose patches are not unfolded before a geometry is known.</summary>
/// <remarks>
/// A patch rotated by I is what a convolution with the columns of I as filters puts at its position, so a rotated gradient is the product of two
/// convolutions' outputs and no patch is ever copied (docs/derivations/factors.md, "Convolutions"). Any other question is answered by the formed factors.
/// </remarks>
/// <param name="use">The layer's input and geometry.</param>
/// <param name="outputGradient">[U, groups·out, …].</param>
internal sealed class ConvolutionFactors(ConvolutionUse use, Tensor outputGradient) : LayerFactors(use.Block)
{
    private const double FormedCost = 0.4 / 0.11;
    private const double CopiesOfSides = 9;

    /// <inheritdoc/>
    public override long Units => outputGradient.shape[0];

    /// <inheritdoc/>
    internal override IEnumerable<Tensor> Tensors => [use.Input, outputGradient];

    private long Positions => outputGradient.numel() / (Units * Block.Groups * Block.Outputs);

    /// <inheritdoc/>
    public override Tensor SquaredNorms(BlockWhitening whitening) => Formed().SquaredNorms(whitening);

    /// <inheritdoc/>
    public override Tensor WeightedSum(Tensor weights) => Formed().WeightedSum(weights);

    /// <inheritdoc/>
    public override (Tensor In, Tensor Out) SideMoments() => Formed().SideMoments();

    /// <inheritdoc/>
    public override ExplicitFactors ToExplicit() => Formed().ToExplicit();

    /// <inheritdoc/>
    internal override LayerFactors Formed() => use.ToFactors(outputGradient);

    /// <inheritdoc/>
    internal override LayerFactors Slice(long start, long count) =>
        new ConvolutionFactors(use with { Input = use.Input.narrow(0, start, count) }, outputGradient.narrow(0, start, count));

    /// <inheritdoc/>
    internal override WhitenedLayer Whitened(BlockWhitening whitening)
    {
        if (!whitening.Rotates && IsFormedAtOnce)
        {
            using var forming = NewDisposeScope();
            return new GradientsByElement(whitening, use, use.ByElement(outputGradient).MoveToOuterDisposeScope());
        }

        if (whitening.InRotation is not { } rotation || whitening.IsSeparable || !PrefersConvolution(rotation.shape[2]))
        {
            return Formed().Whitened(whitening);
        }

        using var scope = NewDisposeScope();
        var a = use.ByGroup(use.Convolved(rotation));                                                  // [U, groups, in′, T]
        var b = use.ByGroup(outputGradient);                                                           // [U, groups, out, T]
        var rotated = b.matmul(a.transpose(-1, -2));                                                   // [U, groups, out, in′]
        var turned = whitening.OutRotation is { } turn ? turn.transpose(-1, -2).matmul(rotated) : rotated;
        return new HeldCoordinates(whitening, whitening.ScaledInPlace(turned).flatten(1).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    internal override Tensor LastColumn() => Block.Bias is null
        ? base.LastColumn()
        : use.ByGroup(outputGradient).sum(-1);

    /// <inheritdoc/>
    internal override Tensor Dots(Tensor matrix) => Formed().Dots(matrix);

    /// <inheritdoc/>
    internal override Tensor Rows(long group, long start, long count) => Formed().Rows(group, start, count);

    // Forming a gradient costs T·out·in products in float32, which the weighted sum of pairs costs as well, and about 0.4 ns a number to measure and to sum; the norm of
    // pairs costs T·(T + 9)·(out + in) products in float64, 0.11 ns each (measured on one AVX-512 core).
    private bool IsFormedAtOnce => Units * Block.Count <= NumbersAtOnce
        && Block.Outputs * Block.Inputs * FormedCost <= Positions * (Positions + CopiesOfSides) * (Block.Outputs + Block.Inputs);

    // Multiplications of a unit: T·in·in′ by convolution; T·out·in and out·in·in′ by unfolded patches, whose copying costs about as much again.
    private bool PrefersConvolution(long kept) => Positions * kept <= 2 * Block.Outputs * (Positions + kept);
}
