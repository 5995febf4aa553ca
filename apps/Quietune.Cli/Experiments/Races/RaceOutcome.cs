namespace Quietune.Cli.Experiments.Races;

/// <summary>What a race found.</summary>
/// <param name="Pretrained">The model before tuning, by every measure.</param>
/// <param name="NonPrivate">The model tuned without privacy; null where it was not done.</param>
/// <param name="PublicAlone">The model trained on changed public rows, from which directions are learned, and on no private one; null where it was not done.</param>
/// <param name="Results">One entry for each method, budget and way of finding settings.</param>
/// <param name="Paired">Ours beside every other method.</param>
/// <param name="Foretelling">How well rehearsals foretold what came; null where the measure has no points.</param>
internal sealed record RaceOutcome(
    IReadOnlyDictionary<string, double> Pretrained,
    IReadOnlyDictionary<string, double>? NonPrivate,
    IReadOnlyDictionary<string, double>? PublicAlone,
    IReadOnlyList<MethodResult> Results,
    IReadOnlyList<Pairing> Paired,
    Foretelling? Foretelling);
