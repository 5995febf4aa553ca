using Quietune.Onnx.Serving;
using Quietune.Tuning.Certificates;

namespace Quietune.Cli.Jobs;

/// <summary>What a tuning job did.</summary>
/// <param name="Certificate">The promise.</param>
/// <param name="Frozen">The plan that was carried out, with what its rehearsal foretold.</param>
/// <param name="Runtime">How far ONNX Runtime lies from our outputs of the tuned file, on public rows.</param>
/// <param name="Files">What was written, the model first.</param>
internal sealed record TuneOutcome(PrivacyCertificate Certificate, FrozenPlan Frozen, RuntimeDifference Runtime, IReadOnlyList<string> Files);
