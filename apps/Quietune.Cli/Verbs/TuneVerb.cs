using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune tune</c>: the main job.</summary>
internal sealed class TuneVerb : Verb
{
    private readonly PublicOptions inputs = new();
    private readonly Option<string> privateData = new("--private") { Description = "Private rows, in any of the forms of public ones; read only after the plan is frozen.", Required = true };
    private readonly Option<string> output = new("--out") { Description = "The tuned ONNX file; the certificate, the report, the record of the run and the preprocessing spec are written beside it.", Required = true };
    private readonly Option<string> method = RehearseVerb.MethodOption();
    private readonly Option<string?> plan = new("--plan") { Description = "A frozen plan, as 'quietune rehearse' writes it; without one, the rehearsal runs first." };
    private readonly Option<bool> force = new("--force") { Description = "Carry the plan out even where its rehearsal predicts harm." };
    private readonly Option<string?> ledger = new("--ledger") { Description = "Reserve the budget in this ledger before private rows are opened: a SQLite file or postgres://…" };
    private readonly Option<string?> dataset = new("--dataset") { Description = "The dataset's id in the ledger." };
    private readonly Option<string?> key = new("--key") { Description = "Private key that signs the certificate, as 'quietune keys new' makes it." };
    private readonly Option<int?> seed = new("--test-seed") { Description = "Seeded noise, for tests: NOT PRIVATE, and the certificate says so." };

    /// <summary>Makes the verb.</summary>
    public TuneVerb(Terminal terminal)
        : base(
            terminal,
            "tune",
            "Tunes an ONNX model on private rows with a differential-privacy guarantee, and writes it with its certificate and report.",
            "quietune tune --model m.onnx --public public.csv --private private.csv --label y --privacy-unit patient_id --epsilon 1 --delta 1e-5 --nominal-size 1400 --out tuned.onnx")
    {
        foreach (var option in inputs.All.Concat([privateData, output, method, plan, force, ledger, dataset, key, seed]))
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var frozen = arguments.GetValue(plan) is { } path ? FrozenPlan.Load(path) : null;
        if (frozen is not null && arguments.GetResult(method) is { Implicit: false } && arguments.GetValue(method) != frozen.ReadPlan().Method)
        {
            throw new BadInputException($"--method: expected {frozen.ReadPlan().Method}, which the plan is, got {arguments.GetValue(method)}.");
        }

        var outcome = new TuneJob(
            new(frozen is null ? inputs.Read(arguments) : inputs.Read(arguments, frozen), arguments.GetValue(privateData)!, arguments.GetValue(output)!)
            {
                Method = arguments.GetValue(method)!,
                Plan = frozen,
                IsForced = arguments.GetValue(force),
                Ledger = arguments.GetValue(ledger),
                Dataset = arguments.GetValue(dataset),
                SigningKey = arguments.GetValue(key),
                Seed = (ulong?)arguments.GetValue(seed),
            },
            terminal).Run(cancellationToken);
        var certificate = outcome.Certificate;
        return new(
            new
            {
                notPrivate = certificate.NotPrivate,
                epsilon = certificate.Epsilon,
                delta = certificate.Delta,
                mu = certificate.Mu,
                nominalSize = certificate.NominalSize,
                predictedGain = outcome.Frozen.PredictedGain,
                doesNothing = outcome.Frozen.DoesNothing,
                runtimeDifference = outcome.Runtime.LargestRelative,
                files = outcome.Files,
                plan = certificate.Plan,
            },
            people =>
            {
                people.Table("Settings, chosen on public rows alone", ["setting", "value", "meaning"], PlanText.Settings(outcome.Frozen).Select(setting => new[] { setting.Name, setting.Value, setting.Note ?? string.Empty }));
                people.Line($"Promised: ε = {certificate.Epsilon}, δ = {certificate.Delta} per {certificate.PrivacyUnit}; foretold gain on public rows: {outcome.Frozen.PredictedGain:+0.000;−0.000}{(outcome.Frozen.DoesNothing ? ", carried out by force though harm is predicted" : string.Empty)}.");
                if (certificate.NotPrivate is { } warning)
                {
                    people.Line(warning);
                }

                foreach (var file in outcome.Files)
                {
                    people.Line($"wrote {file}");
                }
            });
    }
}
