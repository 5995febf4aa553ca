using Quietune.Onnx.Serving;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>What a tuning job did.</summary>
/// <param name="Certificate">The promise.</param>
/// <param name="Rehearsal">What the rehearsal found.</param>
/// <param name="Runtime">How far ONNX Runtime lies from our outputs of the tuned file, on public rows.</param>
/// <param name="Files">What was written, the model first.</param>
internal sealed record TuneOutcome(PrivacyCertificate Certificate, RehearsalResult Rehearsal, RuntimeDifference Runtime, IReadOnlyList<string> Files);
