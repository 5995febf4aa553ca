using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>How much a row of features curves the loss of a linear layer over it, one number for all outputs alike.</summary>
/// <remarks>p(1 − p) of one logit; of K classes the mean of p_c(1 − p_c), the diagonal blocks of the Hessian (docs/derivations/linear-models.md, "Newton's steps").</remarks>
/// <param name="loss">Cross-entropy or binary.</param>
/// <exception cref="ArgumentException">Another loss, whose curvature this does not know.</exception>
internal sealed class RowCurvature(LossFunction loss)
{
    private readonly bool isBinary = loss == LossFunction.Binary ? true : loss == LossFunction.CrossEntropy ? false
        : throw new ArgumentException($"Expected a loss of known curvature, cross-entropy or binary, got {loss.Name}.", nameof(loss));

    /// <summary>The largest that any row's can be: ¼, or (1 − 1/K)/K.</summary>
    /// <param name="outputs">K, how many outputs the layer has.</param>
    public double Largest(long outputs) => isBinary ? 0.25 : (1 - (1.0 / outputs)) / outputs;

    /// <summary>Each row's, [R], from 0 to <see cref="Largest"/>; 0 where an output is not finite.</summary>
    /// <param name="outputs">[R, K].</param>
    public Tensor Of(Tensor outputs)
    {
        var flat = outputs.reshape(outputs.shape[0], -1);
        var curvature = isBinary ? flat.sigmoid().square().neg().add(flat.sigmoid()).squeeze(1) : (1 - nn.functional.softmax(flat, 1).square().sum(1)) / flat.shape[1];
        return curvature.nan_to_num(0, 0, 0).clamp(0, Largest(flat.shape[1]));
    }
}
