using System.Diagnostics;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx.Serving;
using Quietune.Privacy.Noise;
using Quietune.Reporting;
using Quietune.Storage.Signatures;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;

namespace Quietune.Cli.Jobs;

/// <summary>Tunes an ONNX model on a private table: take a plan or rehearse for one, reserve, read the private rows, release, check, write.</summary>
/// <param name="request">What to do.</param>
/// <param name="terminal">Where to say how it goes.</param>
internal sealed class TuneJob(TuneRequest request, Terminal terminal)
{
    private const int RuntimeRows = 64;
    private readonly Stages stages = new(terminal);

    /// <summary>Runs the job; the outputs appear together at its end.</summary>
    /// <exception cref="BadInputException">Something given does not fit, or harm is predicted; nothing was written, and nothing spent unless the private rows were opened.</exception>
    public TuneOutcome Run(CancellationToken cancellationToken)
    {
        var target = OutputFile.Of(request.Output, request.Public.Model, request.Public.PublicData, request.PrivateData);
        if (request is { Ledger: not null, Dataset: null })
        {
            throw new BadInputException("--ledger: expected --dataset with the id under which the owner granted the budget.");
        }

        using var key = request.SigningKey is { } path ? SigningKey.Load(path) : null;
        var privateTable = PrivateTable.Of(request.PrivateData, request.Public.UnitColumn);
        using var inputs = PublicInputs.Read(request.Public, stages, cancellationToken, request.Public.Preprocess is null ? request.Plan?.ReadSpec() : null);
        PrivateTable.Require(privateTable, inputs.Spec, request.PrivateData);
        var frozen = Frozen(inputs, cancellationToken);
        if (frozen.DoesNothing && !request.IsForced)
        {
            throw new BadInputException(
                $"The rehearsal on public rows predicts that {frozen.Measure} changes by {frozen.PredictedGain:+0.0000;−0.0000} at ε = {request.Public.Budget.Epsilon}, {frozen.Merit:+0.0000;−0.0000} with harm counted double, so nothing was done and nothing spent; expected a larger budget or --force.");
        }

        var plan = frozen.ReadPlan();
        var geometry = stages.Run("measuring the geometry on public rows", _ => RunGeometry.Of(inputs.Expansion, plan.Geometry));
        var memory = Process.GetCurrentProcess().PeakWorkingSet64;
        using var output = new StagedOutput(Path.GetDirectoryName(target)!);
        using var reservation = Reservation.Of(request.Ledger, request.Dataset, plan);
        // Budget is set aside: from here on private rows are read.
        var outcome = terminal.Stage(
            "tuning on private rows",
            progress => PrivateTable.Withheld(request.PrivateData, () => Tuner.Tune(
                inputs.Expansion, plan, PrivateTable.Rows(privateTable, inputs, request.PrivateData), Noise(), progress, cancellationToken)),
            tellsTime: false);
        var name = Path.GetFileName(target);
        var written = output[name];
        inputs.Model.Save(written);
        var difference = stages.Run("checking the tuned file in ONNX Runtime", _ => RuntimeCheck.Compare(written, inputs.First(RuntimeRows).Inputs));
        if (!difference.Passes)
        {
            throw new BadInputException($"{request.Public.Model}: expected ONNX Runtime to give our outputs of the tuned file within {difference.Tolerance:g1} relative, got {difference.LargestRelative:g3} at output '{difference.Output}'; nothing was released.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        var unsigned = PrivacyCertificate.Of(plan, outcome, frozen.ModelSha256, StagedOutput.Sha256(written), TimeProvider.System);
        var certificate = unsigned with { Ledger = reservation.Commit(unsigned.ModelOutSha256) };
        var stem = Path.GetFileNameWithoutExtension(name);
        output.Write($"{stem}.certificate.json", CertificateCheck.Signed(certificate.ToJson(), key));
        output.Write($"{stem}.preprocess.json", inputs.Spec.ToJson());
        var record = TuneStory.Record(request, inputs, frozen, certificate, geometry, outcome.Mechanism) with { Times = stages.Times, PeakMemory = memory, Budget = reservation.Budget };
        output.Write($"{stem}.run.json", record.ToJson());
        output.Write($"{stem}.report.html", TuningPage.Render(TuneStory.Of(certificate, record)));
        return new(certificate, frozen, difference, output.Commit());
    }

    /// <summary>The plan that was given, if it was made for these inputs, or a new one.</summary>
    private FrozenPlan Frozen(PublicInputs inputs, CancellationToken cancellationToken)
    {
        if (request.Plan is null)
        {
            return FrozenPlan.Of(inputs, stages.Run("rehearsing on public rows", progress => RehearsalJob.Run(inputs, request.Method, progress, cancellationToken)));
        }

        request.Plan.RequireSame(inputs);
        return request.Plan;
    }

    private INoiseSource Noise() => request.Seed is { } seed ? new SeededNoise(seed) : new SecureNoise();
}
