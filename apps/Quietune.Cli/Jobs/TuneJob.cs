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
        var target = OutputFile.Of(request.Output, request.Model, request.PublicData, request.PrivateData);
        if (request is { Ledger: not null, Dataset: null })
        {
            throw new BadInputException("--ledger: expected --dataset with the id under which the owner granted the budget.");
        }

        using var key = request.SigningKey is { } path ? SigningKey.Load(path) : null;
        using var file = OnnxModelFile.Load(request.Model);
        var privateTable = PrivateTable();
        var (spec, publicRows) = Timed("reading public rows", _ => PublicPart(file, loss, cancellationToken));
        if (spec.Pixels is null == (privateTable.Format == TableFormat.Idx))
        {
            throw new BadInputException($"{request.PrivateData}: expected {(spec.Pixels is null ? "a table" : "a folder of images")}, which is what the preprocessing spec is made for.");
        }

        var labels = LabelsOf(file, loss, spec, publicRows);
        using var model = Inputs.Checked(() => OnnxModel.Checked(file, TrainSelection.Of(request.Train), loss, Batch(publicRows, CheckedRows)));
        var nominalSize = request.NominalSize ?? publicRows.Count;
        if (request.NominalSize is null)
        {
            terminal.Line($"--nominal-size was not given: N = {nominalSize}, the number of public rows, is declared as the public constant.");
        }

        using var expansion = new PublicExpansion(model, loss, publicRows);
        var found = Timed("rehearsing on public rows", progress => Rehearse(expansion, loss, publicRows, nominalSize, progress, cancellationToken));
        var plan = found.Plan;
        using var output = new StagedOutput(Path.GetDirectoryName(target)!);
        using var reservation = Reservation.Of(request, plan);
        // Budget is set aside: from here on private rows are read.
        var outcome = terminal.Stage(
            "tuning on private rows",
            progress => Withheld(() => Tuner.Tune(
                expansion, plan, new FittingRows(spec.Apply(privateTable, isPrivate: true, request.UnitColumn), publicRows.Shape, labels, request.PrivateData), Noise(), progress, cancellationToken)),
            tellsTime: false);
        var name = Path.GetFileName(target);
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

    /// <summary>The labels that fit the model, found before its gradients are checked on public rows.</summary>
    private LabelRange LabelsOf(OnnxModelFile file, LossFunction loss, PreprocessingSpec spec, InMemoryExamples publicRows)
    {
        using var untried = Inputs.Checked(() => new OnnxModel(file, TrainSelection.Of(request.Train), Batch(publicRows, CheckedRows).Inputs, loss));
        return Inputs.RequireLabels(request.PublicData, publicRows, spec.Label, untried, loss);
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

    /// <summary>The private table, named but not opened; what can be refused without opening it costs no budget.</summary>
    private TableReference PrivateTable()
    {
        var table = Inputs.Checked(() => TableReference.Parse(request.PrivateData));
        if (table.Format is TableFormat.Csv or TableFormat.JsonLines or TableFormat.Parquet && !table.Location.Contains('*', StringComparison.Ordinal) && !Path.Exists(table.Location))
        {
            throw new BadInputException($"{request.PrivateData} does not exist; expected the private rows.");
        }

        return (table.Format, request.UnitColumn) is (TableFormat.Idx, { } unit)
            ? throw new BadInputException($"--privacy-unit: expected none, as {request.PrivateData} is a folder of images without columns, got '{unit}'.")
            : table;
    }

    /// <summary>Does a piece of work on private rows; whatever breaks there may quote them, so only messages made for private rows pass.</summary>
    private T Withheld<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is not (InvalidDataException or IOException or UnauthorizedAccessException or OperationCanceledException))
        {
            throw new BadInputException($"{request.PrivateData}: expected private rows that fit the model ({error.GetType().Name}; its message is withheld, as it may quote them).");
        }
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
