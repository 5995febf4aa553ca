using Quietune.Reporting;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments;

/// <summary>What the demonstration did.</summary>
/// <param name="Accuracies">On unseen turned digits.</param>
/// <param name="Certificate">The promise.</param>
/// <param name="Rehearsal">What the rehearsal found.</param>
/// <param name="Files">What was written.</param>
/// <param name="Stages">How long each stage took.</param>
internal sealed record DemoOutcome(Accuracies Accuracies, PrivacyCertificate Certificate, RehearsalResult Rehearsal, IReadOnlyList<string> Files, IReadOnlyList<StageTime> Stages);
