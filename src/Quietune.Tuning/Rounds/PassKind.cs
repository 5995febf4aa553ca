namespace Quietune.Tuning.Rounds;

/// <summary>What a pass over the private rows sums.</summary>
internal enum PassKind
{
    /// <summary>Clipped whitened gradients.</summary>
    Gradients,

    /// <summary>Second moments of a linear layer's inputs.</summary>
    Moments,

    /// <summary>The same, each row by its loss's curvature at the present parameters.</summary>
    CurvedMoments,

    /// <summary>The minimum of a penalised loss, scaled so that one unit moves it by no more than the clip norm.</summary>
    Minimum,
}
