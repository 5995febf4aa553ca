namespace Quietune.Cli.Experiments;

/// <summary>How one method did at one budget.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Delta">δ.</param>
/// <param name="Mu">μ of the whole run.</param>
/// <param name="Accuracy">On test rows, over seeds.</param>
/// <param name="Predicted">What the rehearsal foretold: mean change of accuracy over its scenarios.</param>
/// <param name="Passes">Passes over the private rows.</param>
/// <param name="PrivatePassSeconds">Time in those passes, mean over seeds.</param>
/// <param name="RehearsalSeconds">Time to find the settings.</param>
/// <param name="DoesNothing">Whether the rehearsal predicted harm, so that nothing was done.</param>
/// <param name="Settings">The plan.</param>
internal sealed record MethodResult(
    string Method,
    double Epsilon,
    double Delta,
    double Mu,
    Spread Accuracy,
    double Predicted,
    int Passes,
    double PrivatePassSeconds,
    double RehearsalSeconds,
    bool DoesNothing,
    object Settings);
