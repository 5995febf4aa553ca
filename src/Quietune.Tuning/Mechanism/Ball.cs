namespace Quietune.Tuning.Mechanism;

/// <summary>The ball on which a purely private draw lies, in clip norms of the mean: δ = 0 needs one.</summary>
/// <param name="LargestMean">The mean of the units' clipped gradients is shortened to this length, above 0; shorter means less noise and more bias.</param>
/// <param name="LargestRadius">The ball's radius at most; a budget that would need a larger one is refused.</param>
public sealed record Ball(double LargestMean, double LargestRadius = Ball.UsefulRadius)
{
    /// <summary>No mean of clipped gradients is longer than one clip norm; a ball of more than twice that is mostly noise.</summary>
    public const double UsefulRadius = 2;
}
