using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>A look-up of entries along the first axis of a table.</summary>
internal sealed class GatherRule : FactorRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => "embedding: linear over one-hot rows (Gather)";

    /// <inheritdoc/>
    public override MatrixForm? Form(UseSite site)
    {
        var axis = site.Integer("axis", 0);
        var isTable = site.Slot == 0 && site.Shape.Length > 0 && (axis == 0 || axis == -site.Shape.Length);
        return isTable && site.Layout is { } layout && layout.Axis < site.InputShapes[1]!.Length
            ? new(1, site.Shape[1..].Aggregate(1L, (product, size) => product * size), site.Shape[0], Transposed: true)
            : null;
    }

    /// <inheritdoc/>
    public override LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient)
    {
        var indices = call.Inputs[1]!.to_type(ScalarType.Int64);
        var places = call.Layout.Arranged(indices, call.Rows, [], []).reshape(call.Rows, -1);
        var width = Enumerable.Range((int)indices.dim(), (int)(outputGradient.dim() - indices.dim())).ToArray();
        var b = call.Layout.Arranged(outputGradient, call.Rows, [], width).squeeze(1);
        return new IndexedFactors(block, where(places.lt(0), places + block.WeightInputs, places), b);
    }
}
