using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>A use site whose rule and block are known.</summary>
/// <param name="Site">The place.</param>
/// <param name="Rule">The operator's rule.</param>
/// <param name="Block">The block of the parameter.</param>
/// <param name="BlockForm">The block's form, of the parameter's own elements.</param>
internal sealed record PlannedUse(UseSite Site, FactorRule Rule, ParameterBlock Block, MatrixForm BlockForm)
{
    /// <summary>The use in a forward pass.</summary>
    public ParameterUse Record(OnnxGraph graph, IReadOnlyList<Tensor?> inputs, Tensor output, long rows)
    {
        var site = Site with { InputShapes = [.. inputs.Select(input => input?.shape)], OutputShape = output.shape };
        return new OnnxUse(this, new(site, graph, inputs, output, rows));
    }

    /// <summary>The per-row gradients of the block.</summary>
    /// <param name="call">The use.</param>
    /// <param name="outputGradient">∂(Σ losses)/∂output.</param>
    /// <param name="isDeferred">Whether work may be left until a geometry is known.</param>
    public LayerFactors Factors(UseCall call, Tensor outputGradient, bool isDeferred)
    {
        var b = outputGradient.to_type(ScalarType.Float32);
        var form = Rule.Form(call.Site) ?? throw new InvalidDataException($"{Site.Node.Label}: expected the shapes of earlier batches, got others.");
        var own = call.Site.View.OnParameter(form);
        if (own == BlockForm)
        {
            return isDeferred ? Rule.DeferredFactors(call, Block, b) : Rule.Factors(call, Block, b);
        }

        // The matrices of the value that the node reads, then back to the parameter's.
        var value = call.Inputs[call.Site.Slot]!;
        var read = new ParameterBlock(Block.Name, value, null, form.Groups, form.Outputs, form.Inputs, string.Empty, form.Transposed);
        var factors = Rule.Factors(call, read, b);
        if (own == BlockForm.Swapped && factors is PairFactors pairs && BlockForm.Groups == 1 && Block.Bias is null)
        {
            return pairs.Swapped(Block);
        }

        var gradients = InOrder(factors.ToExplicit().Gradients, form.Transposed);
        return new ExplicitFactors(Block, Block.ToMatrix(own is { } mapped ? Mapped(gradients, form, mapped) : ThroughValue(value, gradients), null));
    }

    /// <summary>[R, groups, out, in] in the order of the value's own elements, [R, n].</summary>
    private static Tensor InOrder(Tensor gradients, bool isTransposed) => (isTransposed ? gradients.transpose(-1, -2) : gradients).flatten(1);

    /// <summary>The value's elements in the order of the parameter's.</summary>
    private Tensor Mapped(Tensor gradients, MatrixForm form, MatrixForm own)
    {
        var isTurned = form.Transposed != own.Transposed;
        var ordered = isTurned ? gradients.reshape(gradients.shape[0], Site.View.Columns, Site.View.Rows).transpose(1, 2) : gradients;
        return ordered.reshape([gradients.shape[0], .. Block.Weight.shape]);
    }

    /// <summary>Back through whatever made the value of the parameter, one row at a time.</summary>
    private Tensor ThroughValue(Tensor value, Tensor gradients)
    {
        var rows = gradients.unbind(0).Select(row =>
        {
            var found = autograd.grad([value], [Block.Weight], [row.reshape(value.shape).to_type(value.dtype)], retain_graph: true, allow_unused: true)[0];
            return found is { IsInvalid: false } ? found.to_type(ScalarType.Float32) : zeros(Block.Weight.shape);
        });
        return stack([.. rows]);
    }
}
