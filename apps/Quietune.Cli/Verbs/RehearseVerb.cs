using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune rehearse</c>: finds every setting on public rows and freezes the plan.</summary>
internal sealed class RehearseVerb : Verb
{
    private readonly PublicOptions inputs = new();
    private readonly Option<string> method = MethodOption();
    private readonly Option<string> output = new("--out") { Description = "The plan's file, for 'quietune tune --plan'.", Required = true };

    /// <summary>Makes the verb.</summary>
    public RehearseVerb(Terminal terminal)
        : base(
            terminal,
            "rehearse",
            "Tries settings on public rows in the private rows' role, and writes the best as a frozen plan; no private row is read, no budget spent.",
            "quietune rehearse --model m.onnx --public public.csv --label y --privacy-unit patient_id --epsilon 1 --delta 1e-5 --nominal-size 1400 --out plan.json")
    {
        foreach (var option in inputs.All.Append(method).Append(output))
        {
            Add(option);
        }
    }

    /// <summary><c>--method</c>, for every verb that rehearses.</summary>
    public static Option<string> MethodOption()
    {
        var option = new Option<string>("--method") { Description = $"How to tune ({string.Join(", ", RehearsalJob.Names)}); auto takes whichever of one-draw and draws rehearses better.", DefaultValueFactory = _ => AutoMethod.Name };
        option.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>();
            if (!RehearsalJob.Names.Contains(name))
            {
                result.AddError($"--method: expected one of {string.Join(", ", RehearsalJob.Names)}, got '{name}'.");
            }
        });
        return option;
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var request = inputs.Read(arguments);
        var target = OutputFile.Of(arguments.GetValue(output)!, request.Model, request.PublicData, request.Preprocess ?? string.Empty);
        var stages = new Stages(terminal);
        using var read = PublicInputs.Read(request, stages, cancellationToken);
        var found = stages.Run("rehearsing on public rows", progress => RehearsalJob.Run(read, arguments.GetValue(method)!, progress, cancellationToken));
        var frozen = FrozenPlan.Of(read, found);
        using var staged = new StagedOutput(Path.GetDirectoryName(target)!);
        staged.Write(Path.GetFileName(target), frozen.ToJson());
        var files = staged.Commit();
        return new(
            new
            {
                file = files[0],
                method = found.BestPlan.Method,
                measure = frozen.Measure,
                predictedGain = frozen.PredictedGain,
                merit = frozen.Merit,
                doesNothing = frozen.DoesNothing,
                tried = frozen.Tried,
                scenarios = frozen.Scenarios.Select(scenario => new { scenario.Name, scenario.Before, after = scenario.After.Average() }),
                planSha256 = frozen.PlanSha256,
                plan = frozen.Plan,
            },
            people =>
            {
                people.Table("Settings, chosen on public rows alone", ["setting", "value", "meaning"], PlanText.Settings(frozen).Select(setting => new[] { setting.Name, setting.Value, setting.Note ?? string.Empty }));
                people.Table($"{frozen.Measure} on public rows", ["scenario", "before", "after", "change"], frozen.Scenarios.Select(scenario =>
                    new[] { scenario.Name, $"{scenario.Before:0.000}", $"{scenario.After.Average():0.000}", $"{scenario.After.Average() - scenario.Before:+0.000;−0.000}" }));
                people.Line(frozen.DoesNothing
                    ? $"Harm is predicted: {frozen.Measure} changes by {frozen.PredictedGain:+0.000;−0.000}, {frozen.Merit:+0.000;−0.000} with harm counted double. 'quietune tune' carries this plan out with --force only."
                    : $"Predicted: {frozen.Measure} changes by {frozen.PredictedGain:+0.000;−0.000}, {frozen.Merit:+0.000;−0.000} with harm counted double.");
                people.Line($"wrote {files[0]}");
            });
    }
}
