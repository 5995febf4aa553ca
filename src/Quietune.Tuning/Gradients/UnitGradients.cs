using Quietune.Data;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>The gradients of a batch's privacy units, as factors, one entry for each block of the model.</summary>
/// <remarks>Its tensors live in the dispose scope it was made in, unless they were taken out with <see cref="Detach"/>.</remarks>
public sealed class UnitGradients : IDisposable
{
    private UnitGradients(IReadOnlyList<LayerFactors> layers, Tensor losses)
    {
        Layers = layers;
        Losses = losses;
    }

    /// <summary>One entry for each block of the model, in the model's order.</summary>
    public IReadOnlyList<LayerFactors> Layers { get; }

    /// <summary>The loss of each row, [R]; as private as the rows.</summary>
    public Tensor Losses { get; }

    /// <summary>How many units the batch holds.</summary>
    public long Units => Layers[0].Units;

    /// <summary>The element type of gradients.</summary>
    public ScalarType Dtype => Losses.dtype;

    /// <summary>Where the gradients live.</summary>
    public Device Device => Losses.device;

    /// <summary>The gradients of the loss on a batch's own labels, rows of a unit taken together.</summary>
    public static UnitGradients Of(TunableModel model, LossFunction loss, TensorBatch batch)
    {
        var rows = Of(model, batch.Inputs, outputs => loss.PerRow(outputs, batch.Labels));
        return batch.Units is null ? rows : new([.. rows.Layers.Select(layer => layer.Grouped(batch.Units, batch.UnitCount))], rows.Losses);
    }

    /// <summary>The same, in a form that leaves work until a geometry is known: for one clipped sum, not for keeping.</summary>
    internal static UnitGradients Deferred(TunableModel model, LossFunction loss, TensorBatch batch)
    {
        var rows = Deferred(model, batch.Inputs, outputs => loss.PerRow(outputs, batch.Labels));
        return batch.Units is null ? rows : new([.. rows.Layers.Select(layer => layer.Grouped(batch.Units, batch.UnitCount))], rows.Losses);
    }

    /// <inheritdoc cref="Deferred(TunableModel, LossFunction, TensorBatch)"/>
    internal static UnitGradients Deferred(TunableModel model, IReadOnlyList<Tensor> inputs, Func<Tensor, Tensor> lossOfOutputs) =>
        Of(model, inputs, lossOfOutputs, (use, gradient) => use.ToDeferredFactors(gradient));

    /// <summary>The gradients of any loss of the outputs, each row its own unit.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">One tensor for each model input.</param>
    /// <param name="lossOfOutputs">From outputs [R, …] to losses [R].</param>
    /// <exception cref="ArgumentException">No loss depends on any tuned parameter.</exception>
    public static UnitGradients Of(TunableModel model, IReadOnlyList<Tensor> inputs, Func<Tensor, Tensor> lossOfOutputs) =>
        Of(model, inputs, lossOfOutputs, (use, gradient) => use.ToFactors(gradient));

    private static UnitGradients Of(TunableModel model, IReadOnlyList<Tensor> inputs, Func<Tensor, Tensor> lossOfOutputs, Func<ParameterUse, Tensor, LayerFactors> toFactors)
    {
        using var tracking = enable_grad();
        var record = model.Record(inputs);
        var losses = lossOfOutputs(record.Output);
        if (!losses.requires_grad)
        {
            // Differentiating regardless would end the process: libtorch's exception does not reach managed code.
            throw new ArgumentException("The model's output depends on no parameter that is to be tuned.", nameof(model));
        }

        var found = new Dictionary<ParameterBlock, LayerFactors>();
        if (record.Uses.Count > 0)
        {
            var gradients = autograd.grad([losses.sum()], [.. record.Uses.Select(use => use.Output)], retain_graph: record.Unrecorded.Count > 0, allow_unused: true);
            foreach (var (use, gradient) in record.Uses.Zip(gradients))
            {
                if (gradient is not { IsInvalid: false })
                {
                    continue;       // its output leads nowhere
                }

                using var quiet = no_grad();
                var factors = toFactors(use, gradient);
                found[use.Block] = found.TryGetValue(use.Block, out var earlier) ? earlier.Plus(factors) : factors;
            }
        }

        foreach (var factors in OneByOne(record, losses))
        {
            found[factors.Block] = factors;
        }

        return new([.. model.Blocks.Select(block => found.TryGetValue(block, out var factors) ? factors : Unused(block, losses))], losses.detach());
    }

    /// <summary>Gradients of some blocks of these units, which stay in their owner's hands.</summary>
    internal UnitGradients Of(IReadOnlyList<LayerFactors> layers) => new(layers, Losses);

    /// <summary>The gradients of a run of units, in the current dispose scope; their losses are not cut.</summary>
    internal UnitGradients Slice(long start, long count) => new([.. Layers.Select(layer => layer.Slice(start, count))], Losses);

    /// <summary>These gradients with no work left until a geometry is known.</summary>
    internal UnitGradients Formed() => new([.. Layers.Select(layer => layer.Formed())], Losses);

    /// <summary>Takes the gradients out of the dispose scope; the caller disposes.</summary>
    public UnitGradients Detach()
    {
        foreach (var tensor in Layers.SelectMany(layer => layer.Tensors).Append(Losses))
        {
            tensor.DetachFromDisposeScope();
        }

        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Layers.SelectMany(layer => layer.Tensors).Append(Losses))
        {
            tensor.Dispose();
        }
    }

    /// <summary>The slow exact road: one backward pass for each row.</summary>
    private static IEnumerable<LayerFactors> OneByOne(RecordedForward record, Tensor losses)
    {
        if (record.Unrecorded.Count == 0)
        {
            yield break;
        }

        var parameters = record.Unrecorded.SelectMany(block => block.Bias is null ? [block.Weight] : new[] { block.Weight, block.Bias }).ToList();
        var perRow = new List<IList<Tensor>>();
        for (long row = 0; row < losses.shape[0]; row++)
        {
            perRow.Add(autograd.grad([losses[row]], parameters, retain_graph: true, allow_unused: true));
        }

        var next = 0;
        foreach (var block in record.Unrecorded)
        {
            var weight = Stack(next++);
            var bias = block.Bias is null ? null : Stack(next++);
            yield return new ExplicitFactors(block, block.ToMatrix(weight, bias));
        }

        Tensor Stack(int parameter) => stack([.. perRow.Select(row => row[parameter] is { IsInvalid: false } gradient ? gradient : zeros_like(parameters[parameter]))]);
    }

    private static ExplicitFactors Unused(ParameterBlock block, Tensor losses) =>
        new(block, zeros([losses.shape[0], .. block.MatrixShape], dtype: losses.dtype, device: losses.device));
}
