using System.Text.Json.Serialization;

namespace Quietune.Cli.Experiments.Races;

/// <summary>How one method did at one budget, as JSON tells it.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Delta">δ.</param>
/// <param name="Mu">μ of the whole run.</param>
/// <param name="Oracle">Whether its settings were found by looking at the private and test rows: cheating, as a mark.</param>
/// <param name="Predicted">Mean gain over the rehearsal's scenarios.</param>
/// <param name="Foretold">What the rehearsal foretold: what the pretrained model reaches, and the gain that the scenarios show from there.</param>
/// <param name="ForetoldError">Mean distance of the runs from that.</param>
/// <param name="Passes">Passes over the private rows.</param>
/// <param name="PrivatePassSeconds">Time in those passes, mean over seeds.</param>
/// <param name="RehearsalSeconds">Time to find the settings.</param>
/// <param name="Tried">Candidates that the rehearsal tried.</param>
/// <param name="DoesNothing">Whether the rehearsal predicted harm, so that nothing was done.</param>
/// <param name="Settings">The plan.</param>
internal sealed record MethodResult(
    string Method,
    double Epsilon,
    double Delta,
    double Mu,
    bool Oracle,
    double Predicted,
    double Foretold,
    double ForetoldError,
    int Passes,
    double PrivatePassSeconds,
    double RehearsalSeconds,
    int Tried,
    bool DoesNothing,
    object Settings)
{
    /// <summary>Every measure on test rows, over seeds, by its name.</summary>
    [JsonExtensionData]
    public IDictionary<string, object> Measures { get; init; } = new Dictionary<string, object>();

    /// <summary>A line of the race.</summary>
    public static MethodResult Of(RaceLine line) => new(
        line.Method, line.Epsilon, line.Delta, line.Found.Plan.Mu, line.Oracle, line.Found.PredictedGain, line.Foretold, line.ForetoldError,
        line.Found.Plan.Rounds, line.PassSeconds, line.RehearsalSeconds, line.Found.Tried, line.Found.DoesNothing, line.Found.Plan.ToJson())
    {
        Measures = line.Measures.ToDictionary(measure => measure.Key, object (measure) => measure.Value),
    };
}
