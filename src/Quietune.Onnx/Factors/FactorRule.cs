using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>How an operator's output gradient becomes the per-row gradients of one of its inputs.</summary>
internal abstract class FactorRule
{
    /// <summary>The rule in words, for people.</summary>
    public abstract string Words(UseSite site);

    /// <summary>The input's elements as matrices, or null where the rule does not hold.</summary>
    public abstract MatrixForm? Form(UseSite site);

    /// <summary>The input that is a bias to this one, so that both can share a block; null for none.</summary>
    public virtual int? BiasSlot(UseSite site) => null;

    /// <summary>The per-row gradients.</summary>
    /// <param name="call">The use.</param>
    /// <param name="block">The parameters, in this rule's form, with the bias where the block has one.</param>
    /// <param name="outputGradient">∂(Σ losses)/∂output, float32, shaped like the output.</param>
    public abstract LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient);

    /// <summary>The same, in a form that leaves work until a geometry is known, where that saves any.</summary>
    /// <inheritdoc cref="Factors"/>
    public virtual LayerFactors DeferredFactors(UseCall call, ParameterBlock block, Tensor outputGradient) => Factors(call, block, outputGradient);

    /// <summary>Pairs of inputs and output gradients, with the constant of the bias as last input.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="a">[R, groups, T, in].</param>
    /// <param name="b">[R, groups, T, out].</param>
    /// <param name="constant">The factor on the bias.</param>
    protected static LayerFactors Pairs(ParameterBlock block, Tensor a, Tensor b, double constant = 1) =>
        new PairFactors(block, block.Bias is null ? a : cat([a, full_like(a.narrow(-1, 0, 1), constant)], -1), b).Compact();

    /// <summary>The gradients of a column of parameters, and of its bias where the block has one.</summary>
    /// <param name="block">The parameters.</param>
    /// <param name="columns">[R, n] each.</param>
    protected static LayerFactors Columns(ParameterBlock block, params IReadOnlyList<Tensor> columns) => new ExplicitFactors(block, stack([.. columns], -1).unsqueeze(1));
}
