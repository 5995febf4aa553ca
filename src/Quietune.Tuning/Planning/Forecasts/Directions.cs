using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>Changes of a model's parameters, beside which gradients are laid; its tensors live in the dispose scope it was made in.</summary>
internal sealed class Directions
{
    // A batch's gradients are formed, so that one product serves all directions, where they take no more numbers than this.
    private const long MostFormed = 1L << 25;
    private readonly IReadOnlyList<ParameterDelta> deltas;
    private readonly List<Tensor> columns;

    /// <summary>Takes directions.</summary>
    /// <param name="blocks">The model's blocks.</param>
    /// <param name="deltas">Changes of all of them.</param>
    public Directions(IReadOnlyList<ParameterBlock> blocks, IReadOnlyList<ParameterDelta> deltas)
    {
        this.deltas = deltas;
        columns = [.. blocks.Select((_, i) => stack([.. deltas.Select(delta => delta.Matrices[i].reshape(-1))], 1))];
    }

    /// <summary>How many there are.</summary>
    public int Count => deltas.Count;

    /// <summary>⟨g_u, direction⟩, [U, count].</summary>
    public Tensor Dots(UnitGradients gradients)
    {
        using var scope = NewDisposeScope();
        var total = zeros([gradients.Units, Count], dtype: gradients.Dtype, device: gradients.Device);
        for (var i = 0; i < columns.Count; i++)
        {
            using var layer = NewDisposeScope();
            var factors = gradients.Layers[i];
            total.add_(gradients.Units * factors.Block.Count <= MostFormed
                ? factors.ToExplicit().Gradients.reshape(gradients.Units, -1).mm(columns[i])
                : stack([.. deltas.Select(delta => factors.Dots(delta.Matrices[i]))], 1));
        }

        return total.MoveToOuterDisposeScope();
    }
}
