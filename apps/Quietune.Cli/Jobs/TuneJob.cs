using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Data;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx;
using Quietune.Onnx.Serving;
using Quietune.Privacy.Noise;
using Quietune.Reporting;
using Quietune.Storage.Signatures;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Cli.Jobs;

/// <summary>Tunes an ONNX model on a private table: plan and rehearse on public rows, reserve, read the private rows, release, check, write.</summary>
/// <param name="request">What to do.</param>
/// <param name="terminal">Where to say how it goes.</param>
internal sealed class TuneJob(TuneRequest request, Terminal terminal)
{
    private const int CheckedRows = 8;
    private const int RuntimeRows = 64;
    private readonly List<StageTime> times = [];

    /// <summary>Runs the job; the outputs appear together at its end.</summary>
    /// <exception cref="BadInputException">Something given does not fit; nothing was written, and nothing spent unless the private rows were opened.</exception>
    public TuneOutcome Run(CancellationToken cancellationToken)
    {
        var loss = Inputs.Checked(() => LossFunction.Named(request.Loss));
        using var file = OnnxModelFile.Load(request.Model);
        var privateTable = Inputs.Checked(() => TableReference.Parse(request.PrivateData));
        var (spec, publicRows) = Timed("reading public rows", _ => PublicPart(file, loss, cancellationToken));
        using (var untried = Inputs.Checked(() => new OnnxModel(file, TrainSelection.Of(request.Train), Batch(publicRows, CheckedRows).Inputs, loss)))
        {
            Inputs.RequireLabels(request.PublicData, publicRows, spec.Label, untried, loss);
        }

        using var model = Inputs.Checked(() => OnnxModel.Checked(file, TrainSelection.Of(request.Train), loss, Batch(publicRows, CheckedRows)));
        var nominalSize = request.NominalSize ?? publicRows.Count;
        if (request.NominalSize is null)
        {
            terminal.Line($"--nominal-size was not given: N = {nominalSize}, the number of public rows, is declared as the public constant.");
        }

        using var expansion = new PublicExpansion(model, loss, publicRows);
        var found = Timed("rehearsing on public rows", progress => Rehearse(expansion, loss, publicRows, nominalSize, progress, cancellationToken));
        var plan = found.Plan;
        using var output = new StagedOutput(Path.GetDirectoryName(Path.GetFullPath(request.Output))!);

        // A key that cannot be used must cost no budget.
        using var key = request.SigningKey is { } keyPath ? SigningKey.Load(keyPath) : null;
        using var reservation = Reservation.Of(request, plan);
        // Budget is set aside: from here on private rows are read.
        var outcome = terminal.Stage(
            "tuning on private rows",
            progress => Inputs.Checked(() => Tuner.Tune(expansion, plan, spec.Apply(privateTable, isPrivate: true, request.UnitColumn), Noise(), progress, cancellationToken)),
            tellsTime: false);
        var name = Path.GetFileName(request.Output);
        var written = output[name];
        model.Save(written);
        var difference = Timed("checking the tuned file in ONNX Runtime", _ => RuntimeCheck.Compare(written, Batch(publicRows, RuntimeRows).Inputs));
        if (!difference.Passes)
        {
            throw new BadInputException($"{request.Model}: expected ONNX Runtime to give our outputs of the tuned file within {difference.Tolerance:g1} relative, got {difference.LargestRelative:g3} at output '{difference.Output}'; nothing was released.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        var unsigned = PrivacyCertificate.Of(plan, outcome, StagedOutput.Sha256(request.Model), StagedOutput.Sha256(written), TimeProvider.System);
        var certificate = unsigned with { Ledger = reservation.Commit(unsigned.ModelOutSha256) };
        var stem = Path.GetFileNameWithoutExtension(name);
        output.Write($"{stem}.certificate.json", Signed(certificate, key));
        output.Write($"{stem}.preprocess.json", spec.ToJson());
        output.Write($"{stem}.report.html", TuningPage.Render(Story(model, loss, found, certificate)));
        return new(certificate, found, difference, output.Commit());
    }

    private (PreprocessingSpec Spec, InMemoryExamples Rows) PublicPart(OnnxModelFile file, LossFunction loss, CancellationToken cancellationToken)
    {
        var table = Inputs.Checked(() => TableReference.Parse(request.PublicData));
        var spec = Inputs.Checked(() => request.Preprocess is { } path ? PreprocessingSpec.Load(path) : Inputs.Propose(table, file, loss, request.Label, request.Features, request.UnitColumn));
        return (spec, Inputs.Checked(() => PublicRows.Sample(spec.Apply(table), request.PublicData, cancellationToken)));
    }

    private RehearsalResult Rehearse(PublicExpansion expansion, LossFunction loss, InMemoryExamples publicRows, int nominalSize, IProgress<double> progress, CancellationToken cancellationToken)
    {
        using var rehearsal = Inputs.Checked(() => new Rehearsal(expansion, Scenarios.Of(expansion.Model, loss, publicRows, nominalSize), measure: Scenarios.Measure(loss)));
        var (start, axes) = Methods.Of(request.Method, loss.Name, request.Budget, nominalSize, expansion.Model.ParameterCount, request.Adjacency);
        var unit = start with { Plan = start.Plan with { PrivacyUnit = request.UnitColumn ?? "row" } };
        return Inputs.Checked(() => rehearsal.Search(unit, axes, progress, cancellationToken));
    }

    private static byte[] Signed(PrivacyCertificate certificate, SigningKey? key)
    {
        if (key is null)
        {
            return Encoding.UTF8.GetBytes(certificate.ToJson());
        }

        using var json = JsonDocument.Parse(certificate.ToJson());
        return SignedDocument.Write(json.RootElement, key);
    }

    private INoiseSource Noise() => request.Seed is { } seed ? new SeededNoise(seed) : new SecureNoise();

    private static TensorBatch Batch(InMemoryExamples rows, int count)
    {
        var first = rows.Slice(0, Math.Min(count, rows.Count));
        return TensorBatch.Of(first.Read(first.Count).First(), rows.InputShapes);
    }

    private TuningStory Story(OnnxModel model, LossFunction loss, RehearsalResult found, PrivacyCertificate certificate)
    {
        var unit = request.UnitColumn ?? "row";
        var neighbours = request.Adjacency switch
        {
            Privacy.Budgets.Adjacency.AddRemove => $"one {unit} is added or removed",
            Privacy.Budgets.Adjacency.ReplaceOne => $"one {unit} is replaced by another",
            _ => $"one {unit} is replaced by one that contributes nothing",
        };
        return new(
            $"{Path.GetFileName(request.Model)}, tuned privately",
            new(certificate.Epsilon, certificate.Delta, certificate.Mu, neighbours, unit, certificate.NominalSize),
            Scenarios.MeasureName(loss),
            [.. found.Scenarios.Select(scenario => new RehearsedScenario(scenario.Name, scenario.Before, scenario.After.Average()))],
            found.DoesNothing,
            PlanText.Settings(found),
            [.. model.Summaries.Where(summary => summary.IsTuned).Select(summary => new NamedValue(summary.Initializer.Name, $"[{string.Join(", ", summary.Initializer.Shape)}]", summary.Rule))],
            certificate.ToJson(),
            times,
            [.. certificate.Versions.Select(version => new NamedValue(version.Key, version.Value))]);
    }

    private T Timed<T>(string title, Func<IProgress<double>, T> work)
    {
        var watch = Stopwatch.StartNew();
        var result = terminal.Stage(title, work);
        times.Add(new(title, watch.Elapsed.TotalSeconds));
        return result;
    }
}
