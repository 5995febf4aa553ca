using System.Diagnostics;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Data;
using Quietune.Data.Generated;
using Quietune.Onnx.Export;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Reporting;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using TorchSharp.Modules;

namespace Quietune.Cli.Experiments;

/// <summary>The whole job on generated digits: pretrain, rehearse, tune privately, certify, tell.</summary>
/// <param name="Folder">Where the files go.</param>
/// <param name="Budget">ε and δ.</param>
/// <param name="PrivateRows">N.</param>
/// <param name="PublicRows">Generated public digits.</param>
internal sealed record Demo(string Folder, PrivacyBudget Budget, int PrivateRows = 1_000, int PublicRows = 15_000)
{
    private const int TestRows = 3_000;
    private const int Pictures = 10;

    /// <summary>Runs it and writes pretrained.onnx, tuned.onnx, tuned.certificate.json and report.html.</summary>
    public DemoOutcome Run(Terminal terminal, CancellationToken cancellationToken)
    {
        var shift = Shift.Parse("rotate:30");
        var stages = new List<StageTime>();
        var split = Timed("drawing digits", _ => DigitSplit.Of(
            GeneratedDigits.Create(PublicRows + PrivateRows, seed: 1), GeneratedDigits.Create(TestRows, seed: 2), PublicRows, shift));
        using var model = Timed("pretraining on public digits", progress => DigitModel.Pretrain(split.Pretraining, seed: 0, progress, cancellationToken));
        var pretrained = model.PretrainedAccuracy(split.Test);
        var (found, rehearsed) = Timed("rehearsing on public digits", progress =>
        {
            using var rehearsal = new Rehearsal(model.Expansion, ImageScenarios.Of(split.HeldOut, PrivateRows));
            var (start, axes) = Methods.Of(Methods.OneDraw, LossFunction.CrossEntropy.Name, Budget, PrivateRows, model.Model.ParameterCount);
            var result = rehearsal.Search(start, axes, progress, cancellationToken);
            return (result, pretrained + result.GainFrom(pretrained));
        });
        using var output = new StagedOutput(Folder);
        var before = output["pretrained.onnx"];
        Export(model, before);
        var outcome = Timed("tuning on private digits", progress =>
            Tuner.Tune(model.Expansion, found.Plan, split.PrivateRows(PrivateRows, 0), new SecureNoise(), progress, cancellationToken));
        var tuned = Accuracy.Of(model.Model, split.Test);
        var after = output["tuned.onnx"];
        Export(model, after);
        var nonPrivate = Timed("tuning without privacy, for comparison", progress => model.NonPrivateAccuracy(split.PrivateRows(PrivateRows, 0), split.Test, progress, cancellationToken));
        var certificate = PrivacyCertificate.Of(found.Plan, outcome, StagedOutput.Sha256(before), StagedOutput.Sha256(after), TimeProvider.System);
        output.Write("tuned.certificate.json", certificate.ToJson());
        var accuracies = new Accuracies(pretrained, tuned, nonPrivate, rehearsed);
        output.Write("report.html", DemoPage.Render(Story(split, shift, found, certificate, accuracies, stages)));
        cancellationToken.ThrowIfCancellationRequested();
        return new(accuracies, certificate, found, output.Commit(), stages);

        T Timed<T>(string title, Func<IProgress<double>, T> work)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var watch = Stopwatch.StartNew();
            var result = terminal.Stage(title, work);
            stages.Add(new(title, watch.Elapsed.TotalSeconds));
            return result;
        }
    }

    private static void Export(DigitModel model, string path) => File.WriteAllBytes(path, NetworkExport.Of((Sequential)model.Network, [1, GeneratedDigits.Side, GeneratedDigits.Side]));

    private static IReadOnlyList<SampleImage> Samples(InMemoryExamples rows, string kind) =>
        [.. Enumerable.Range(0, Math.Min(Pictures, rows.Count)).Select(row => new SampleImage(rows.Example(row).ToArray(), (int)rows.Labels[row], $"a {rows.Labels[row]}, {kind}"))];

    private static DemoStory Story(DigitSplit split, Shift shift, RehearsalResult found, PrivacyCertificate certificate, Accuracies accuracies, IReadOnlyList<StageTime> stages) => new(
        "One private draw, told in pictures",
        shift.InWords,
        new Promise(certificate.Epsilon, certificate.Delta, certificate.Mu, "one digit is added or removed", "digit", certificate.NominalSize),
        Samples(split.HeldOut, "public"),
        Samples(split.Test, shift.InWords),
        accuracies,
        Settings(found),
        certificate.ToJson(),
        stages,
        [.. certificate.Versions.Select(version => new NamedValue(version.Key, version.Value))]);

    private static IReadOnlyList<NamedValue> Settings(RehearsalResult found) =>
    [
        new("clip norm C", $"{found.Plan.ClipNorm:G4}", $"where {found.ClipQuantile:P0} of the stand-in rows lie below"),
        new("coordinates k", $"{found.Plan.Geometry.Dimension}", "the strongest of the Kronecker eigenbasis"),
        new("damping", $"{found.Plan.Geometry.Damping}", "in units of the mean curvature"),
        new("temperature τ", $"{found.Plan.Geometry.Temperature}", "of the labels that measure the curvature"),
        new("trust radius κ", $"{found.Plan.TrustRadius} nats", found.DoesNothing ? "the rehearsal predicted harm, so nothing was done" : "mean change of public predictions at most"),
        new("plans tried", $"{found.Tried}", "each on public digits in six disguises"),
    ];
}
