using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>An exponential average of the parameters after each round, corrected for its start; post-processing.</summary>
/// <remarks>Source: Polyak &amp; Juditsky 1992; De et al. 2022, section 3.3, for private training.</remarks>
/// <param name="decay">Share of the old average kept at each round, in [0, 1).</param>
internal sealed class IterateAverage(double decay) : IDisposable
{
    private ParameterDelta? average;
    private double weight;

    /// <summary>Takes the model's present parameters in.</summary>
    public void Add(TunableModel model)
    {
        using var scope = NewDisposeScope();
        using var present = model.Capture();
        weight = (decay * weight) + 1 - decay;
        var share = (1 - decay) / weight;
        using var old = average;
        average = old is null ? present.Combine(1, present, 0) : old.Combine(1 - share, present, share);
        foreach (var matrix in average.Matrices)
        {
            matrix.DetachFromDisposeScope();
        }
    }

    /// <summary>Leaves the model at the average.</summary>
    public void Apply(TunableModel model)
    {
        if (average is not null)
        {
            model.Move(average);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => average?.Dispose();
}
