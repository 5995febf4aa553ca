namespace Quietune.Auditing.Membership;

/// <summary>Models tuned on random halves of the same rows, and the loss of every row under each.</summary>
/// <param name="Losses">One entry for each model, of one loss for each row.</param>
/// <param name="Members">Whether the row was among those that the model was tuned on.</param>
public sealed record ShadowRuns(IReadOnlyList<double[]> Losses, IReadOnlyList<bool[]> Members)
{
    /// <summary>How many models.</summary>
    public int Count => Losses.Count;

    /// <summary>How many rows.</summary>
    public int Rows => Losses[0].Length;

    /// <summary>Membership of every row in every model, model after model, as attacks score them.</summary>
    public IReadOnlyList<bool> Truth => [.. Members.SelectMany(row => row)];
}
