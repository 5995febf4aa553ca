using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>One use of a trainable parameter in a forward pass: what came in, and where the output's gradient will be read.</summary>
/// <param name="Block">The parameter used.</param>
/// <param name="Output">The consumer's output, inside the graph; the loss is differentiated with respect to it.</param>
public abstract record ParameterUse(ParameterBlock Block, Tensor Output)
{
    /// <summary>The factors of every row's gradient.</summary>
    /// <param name="outputGradient">∂(Σ losses)/∂<see cref="Output"/>, shaped like it; rows first.</param>
    public abstract LayerFactors ToFactors(Tensor outputGradient);

    /// <summary>The same, in a form that leaves work until a geometry is known, where that saves any.</summary>
    /// <param name="outputGradient">∂(Σ losses)/∂<see cref="Output"/>, shaped like it; rows first.</param>
    public virtual LayerFactors ToDeferredFactors(Tensor outputGradient) => ToFactors(outputGradient);
}
