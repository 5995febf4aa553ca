using Quietune.Cli.Experiments.Races;
using Quietune.Data.Clinical;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>What the experiment found.</summary>
/// <param name="Preset">The selections.</param>
/// <param name="Model">The kind of model.</param>
/// <param name="PublicRows">Number of public rows.</param>
/// <param name="PrivateRows">Number of private rows, N.</param>
/// <param name="TestRows">Number of test rows.</param>
/// <param name="Features">Numbers in one input.</param>
/// <param name="Parameters">Numbers in the model.</param>
/// <param name="Reliability">How far the pretrained model can be trusted, by public rows alone.</param>
/// <param name="ReadingSeconds">Time from files to features.</param>
/// <param name="Cleaned">What was cleaned in sets of which nothing is private.</param>
/// <param name="Notes">What a reader should know.</param>
/// <param name="Pretrained">The model before tuning.</param>
/// <param name="NonPrivate">The model tuned without privacy.</param>
/// <param name="Results">One entry for each method and budget.</param>
/// <param name="Paired">AUROC of ours beside every other method, run by run.</param>
/// <param name="Foretelling">How well rehearsals foretold it.</param>
internal sealed record IcuOutcome(
    IcuPreset Preset,
    string Model,
    int PublicRows,
    int PrivateRows,
    int TestRows,
    int Features,
    long Parameters,
    double Reliability,
    double ReadingSeconds,
    IReadOnlyDictionary<string, IReadOnlyDictionary<Cleaning, long>> Cleaned,
    IReadOnlyList<string> Notes,
    IcuScores Pretrained,
    IcuScores NonPrivate,
    IReadOnlyList<IcuResult> Results,
    IReadOnlyList<Pairing> Paired,
    Foretelling? Foretelling);
