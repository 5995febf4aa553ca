namespace Quietune.Reporting;

/// <summary>How one method did at one budget.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Role">As what it takes part.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Mean">The measure, mean over seeds.</param>
/// <param name="Deviation">Its sample standard deviation over seeds.</param>
/// <param name="Low">Lower end of the 95 % interval of the mean; null for one seed.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Foretold">What the rehearsal foretold.</param>
/// <param name="Passes">Passes over the private rows.</param>
/// <param name="PassSeconds">Time in them, mean over seeds.</param>
/// <param name="RehearsalSeconds">Time to find the settings.</param>
/// <param name="Settings">What was found, in one line.</param>
public sealed record RaceResult(
    string Method,
    RaceRole Role,
    double Epsilon,
    double Mean,
    double Deviation,
    double? Low,
    double? High,
    double Foretold,
    int Passes,
    double PassSeconds,
    double RehearsalSeconds,
    string Settings)
{
    /// <summary>The name with a warning where it looked at the answer.</summary>
    public string Name => Role == RaceRole.Oracle ? $"{Method}, oracle" : Method;

    /// <summary>Time to a tuned model.</summary>
    public double Seconds => PassSeconds + RehearsalSeconds;
}
