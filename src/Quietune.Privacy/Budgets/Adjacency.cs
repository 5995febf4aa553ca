namespace Quietune.Privacy.Budgets;

/// <summary>Says which datasets are neighbours, that is, what a guarantee hides.</summary>
/// <remarks>Source: Ponomareva et al. 2023, "How to DP-fy ML", section 2.1.2, for the three relations and their names.</remarks>
public enum Adjacency
{
    /// <summary>One privacy unit is added or removed; its sum of clipped gradients moves by at most the clip norm.</summary>
    AddRemove,

    /// <summary>One privacy unit is replaced by another; the sum moves by at most twice the clip norm.</summary>
    ReplaceOne,

    /// <summary>One privacy unit is replaced by one that contributes nothing; the sum moves by at most the clip norm.</summary>
    ZeroOut,
}
