namespace Quietune.Reporting;

/// <summary>What the demonstration's page tells, as plain data.</summary>
/// <param name="Title">Heading of the page.</param>
/// <param name="Shift">How the private digits differ from the public ones: <c>turned by 30°</c>.</param>
/// <param name="Promise">What was promised about the private digits.</param>
/// <param name="PublicImages">Samples of the public digits.</param>
/// <param name="PrivateImages">Samples of digits like the private ones; they are generated, so they may be shown.</param>
/// <param name="Accuracies">Accuracy on unseen shifted digits.</param>
/// <param name="Settings">What the rehearsal chose.</param>
/// <param name="Certificate">The certificate, as JSON text.</param>
/// <param name="Times">How long each stage took.</param>
/// <param name="Versions">Versions of the parts that ran.</param>
public sealed record DemoStory(
    string Title,
    string Shift,
    Promise Promise,
    IReadOnlyList<SampleImage> PublicImages,
    IReadOnlyList<SampleImage> PrivateImages,
    Accuracies Accuracies,
    IReadOnlyList<NamedValue> Settings,
    string Certificate,
    IReadOnlyList<StageTime> Times,
    IReadOnlyList<NamedValue> Versions);
