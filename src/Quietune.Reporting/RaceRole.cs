namespace Quietune.Reporting;

/// <summary>As what a result takes part in a race.</summary>
public enum RaceRole
{
    /// <summary>A method of our own.</summary>
    Ours,

    /// <summary>Another method, or a variant of one.</summary>
    Other,

    /// <summary>A method whose settings were found by looking at the private and test rows: cheating, as a mark.</summary>
    Oracle,
}
