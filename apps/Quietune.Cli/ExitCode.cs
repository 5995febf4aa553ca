namespace Quietune.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Our fault.</summary>
    public const int Fault = 1;

    /// <summary>Bad input: nothing was written and nothing spent.</summary>
    public const int BadInput = 2;

    /// <summary>The budget does not allow it.</summary>
    public const int BudgetRefused = 3;

    /// <summary>Stopped by the user.</summary>
    public const int Stopped = 130;
}
