namespace Quietune.Reporting;

/// <summary>What the page of a tuning run tells; nothing in it was computed from private rows but what was released.</summary>
/// <param name="Title">Heading of the page.</param>
/// <param name="Promise">What was promised.</param>
/// <param name="Measure">What the rehearsal measured: <c>accuracy</c>.</param>
/// <param name="Rehearsal">Each scenario: its name, the measure before and after.</param>
/// <param name="IsForced">Whether the rehearsal predicted harm and the plan was carried out all the same.</param>
/// <param name="Settings">What the rehearsal chose.</param>
/// <param name="Layers">What was tuned: parameter, shape, rule.</param>
/// <param name="Certificate">The certificate, as JSON text.</param>
/// <param name="Times">How long each stage took.</param>
/// <param name="Versions">Versions of the parts that ran.</param>
public sealed record TuningStory(
    string Title,
    Promise Promise,
    string Measure,
    IReadOnlyList<RehearsedScenario> Rehearsal,
    bool IsForced,
    IReadOnlyList<NamedValue> Settings,
    IReadOnlyList<NamedValue> Layers,
    string Certificate,
    IReadOnlyList<StageTime> Times,
    IReadOnlyList<NamedValue> Versions);
