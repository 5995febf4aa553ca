namespace Quietune.Cli.Experiments;

/// <summary>What the experiment found.</summary>
/// <param name="Pretrained">The model before tuning.</param>
/// <param name="NonPrivate">The model tuned without privacy.</param>
/// <param name="Results">One entry for each method and budget.</param>
internal sealed record MnistOutcome(Reached Pretrained, Reached NonPrivate, IReadOnlyList<MethodResult> Results);
