using System.Text.Json;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments.Races;

/// <summary>One line of a journal: a result with what its key was made of, as far as people may want to read it.</summary>
/// <param name="Key">By which it is found; first in the line.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Oracle">Whether its settings were found by looking at the answer.</param>
/// <param name="Plan">The plan that the rehearsal found, like the seven that follow.</param>
/// <param name="ClipQuantile">Where its clip norm lies.</param>
/// <param name="PredictedGain">Mean gain over scenarios.</param>
/// <param name="Scenarios">Each of them.</param>
/// <param name="Tried">Candidates tried.</param>
/// <param name="DoesNothing">Whether every step was foretold to harm.</param>
/// <param name="BestPlan">The plan that would be carried out by force.</param>
/// <param name="Merit">What the search raised.</param>
/// <param name="Runs">What was measured, for each seed.</param>
/// <param name="PassSeconds">Time in the passes over the private rows, mean over seeds.</param>
/// <param name="RehearsalSeconds">Time to find the settings.</param>
internal sealed record JournalEntry<T>(
    string Key,
    string Method,
    double Epsilon,
    bool Oracle,
    JsonElement Plan,
    double ClipQuantile,
    double PredictedGain,
    IReadOnlyList<ScenarioScore> Scenarios,
    int Tried,
    bool DoesNothing,
    JsonElement BestPlan,
    double Merit,
    IReadOnlyList<T> Runs,
    double PassSeconds,
    double RehearsalSeconds);
