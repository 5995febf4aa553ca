using static TorchSharp.torch;

namespace Quietune.Tuning.Models;

/// <summary>A model as a list of parametrised layers and a forward pass that records each layer's input and output.</summary>
/// <remarks>Forward passes are in inference mode: no dropout, and normalisation by stored statistics.</remarks>
public abstract class TunableModel : IDisposable
{
    /// <summary>The trainable parameters, each in exactly one block.</summary>
    public abstract IReadOnlyList<ParameterBlock> Blocks { get; }

    /// <summary>How many trainable numbers the model has.</summary>
    public long ParameterCount => Blocks.Sum(block => block.Count);

    /// <summary>How many rows a pass with gradients takes at a time at most, by memory; changes speed, never a result.</summary>
    public virtual int LargestBatch => int.MaxValue;

    /// <summary>About how many bytes a row takes in a pass with gradients: its layers' inputs, outputs and their gradients.</summary>
    public virtual long BytesPerRow => 4 * sizeof(float) * Blocks.Sum(block => block.Groups * (block.Inputs + block.Outputs));

    /// <summary>The model's output without a record: [R, …] for R rows. The caller disposes.</summary>
    /// <param name="inputs">One tensor for each model input, rows first.</param>
    public abstract Tensor Forward(IReadOnlyList<Tensor> inputs);

    /// <summary>The model's output with every use of a trainable parameter recorded; lives in the current dispose scope.</summary>
    /// <param name="inputs">One tensor for each model input, rows first.</param>
    public abstract RecordedForward Record(IReadOnlyList<Tensor> inputs);

    /// <summary>Copies the trainable parameters; the caller disposes.</summary>
    public ParameterDelta Capture()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return new([.. Blocks.Select(block => block.ToMatrix(block.Weight, block.Bias).clone().DetachFromDisposeScope())]);
    }

    /// <summary>Sets the trainable parameters to <paramref name="origin"/> + <paramref name="scale"/>·<paramref name="delta"/>.</summary>
    public void Move(ParameterDelta origin, ParameterDelta? delta = null, double scale = 0)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        for (var i = 0; i < Blocks.Count; i++)
        {
            var matrix = delta is null || scale == 0 ? origin.Matrices[i] : origin.Matrices[i].add(delta.Matrices[i], alpha: scale);
            var (weight, bias) = Blocks[i].ToParameters(matrix);
            Blocks[i].Weight.copy_(weight);
            Blocks[i].Bias?.copy_(bias!);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the model owns.</summary>
    protected abstract void Dispose(bool disposing);
}
