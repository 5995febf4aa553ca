namespace Quietune.Auditing.TwoWorlds;

/// <summary>A mechanism on trial: run it with some of the canaries among its rows, and look at all that it releases.</summary>
/// <remarks>The audit trusts nothing that the subject says: vectors that are wrong make a weaker attack, never a wrong bound.</remarks>
public interface IAuditSubject
{
    /// <summary>The kind of each canary, such as <c>mislabelled</c>; canaries of one kind are also judged together.</summary>
    IReadOnlyList<string> Kinds { get; }

    /// <summary>How many releases a run makes.</summary>
    int Rounds { get; }

    /// <summary>The probability with which a row takes part in a round, as claimed; 1 where every row does.</summary>
    double SamplingRate { get; }

    /// <summary>Runs the mechanism once.</summary>
    /// <param name="present">Which canaries are among the rows.</param>
    Transcript Run(IReadOnlyList<bool> present);
}
