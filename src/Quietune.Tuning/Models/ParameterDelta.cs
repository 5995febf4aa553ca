using static TorchSharp.torch;

namespace Quietune.Tuning.Models;

/// <summary>A change of a model's parameters: one matrix [groups, out, in] for each of its blocks, in their order.</summary>
/// <param name="Matrices">float32; owned by whoever holds the delta.</param>
public sealed record ParameterDelta(IReadOnlyList<Tensor> Matrices) : IDisposable
{
    /// <summary>A·this + B·other, as a new delta.</summary>
    public ParameterDelta Combine(double scale, ParameterDelta other, double otherScale)
    {
        using var scope = NewDisposeScope();
        return new([.. Matrices.Zip(other.Matrices, (mine, theirs) => ((mine * scale) + (theirs * otherScale)).MoveToOuterDisposeScope())]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var matrix in Matrices)
        {
            matrix.Dispose();
        }
    }
}
