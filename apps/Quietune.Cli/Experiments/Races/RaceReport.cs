using Quietune.Cli.Jobs;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Reporting;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments.Races;

/// <summary>A race that was run, ready to be told.</summary>
/// <param name="Title">What was raced, in a few words.</param>
/// <param name="Headline">Key of the measure that the race is about; higher is better.</param>
/// <param name="Measure">That measure's name.</param>
/// <param name="Pretrained">The model before tuning, by every measure.</param>
/// <param name="NonPrivate">The model tuned without privacy; null where it was not done.</param>
/// <param name="Lines">One for each method, budget and way of finding settings.</param>
internal sealed record RaceReport(
    string Title,
    string Headline,
    string Measure,
    IReadOnlyDictionary<string, double> Pretrained,
    IReadOnlyDictionary<string, double>? NonPrivate,
    IReadOnlyList<RaceLine> Lines)
{
    /// <summary>The model trained on changed public rows and no private one: what no private row was needed for; null where it was not done.</summary>
    public IReadOnlyDictionary<string, double>? PublicAlone { get; init; }

    /// <summary>What was the same for all methods, for people.</summary>
    public IReadOnlyList<NamedValue> Conditions { get; init; } = [];

    /// <summary>Whether the measure is a share, so that it can be told in per cent and points.</summary>
    public bool IsShare { get; init; } = true;

    /// <summary>What the pretrained model reaches.</summary>
    public double Before => Pretrained[Headline];

    /// <summary>Ours beside every other method.</summary>
    public IReadOnlyList<Pairing> Pairings { get; } = Pairing.Of(Lines);

    /// <summary>How well rehearsals foretold what came; null where the measure has no points.</summary>
    public Foretelling? Foretelling => IsShare ? Foretelling.Of(Lines) : null;

    /// <summary>The race as JSON tells it.</summary>
    public RaceOutcome Outcome => new(Pretrained, NonPrivate, PublicAlone, [.. Lines.Select(MethodResult.Of)], Pairings, Foretelling);

    /// <summary>Tells it to people.</summary>
    public void Show(Terminal people)
    {
        people.Table(
            $"{Title}: {Measure} {Told(Before)} before{(PublicAlone is { } alone ? $", {Told(alone[Headline])} by changed public rows alone" : string.Empty)}{(NonPrivate is { } best ? $", {Told(best[Headline])} without privacy" : string.Empty)}",
            ["method", "ε", Measure, "±", "95 % interval", "gain", "foretold", "passes", "pass time", "rehearsal"],
            Lines.Select(line => new[]
            {
                Name(line.Method, line.Oracle), $"{line.Epsilon}", Told(line.Reached.Mean), Small(line.Reached.Std),
                line.Reached is { Low: { } low, High: { } high } ? $"{Told(low)} to {Told(high)}" : "–",
                Signed(line.Reached.Mean - Before), Signed(line.Foretold - Before), $"{line.Found.Plan.Rounds}{(line.Found.DoesNothing ? ", does nothing" : string.Empty)}",
                $"{line.PassSeconds:0.00} s", $"{line.RehearsalSeconds:0} s",
            }));
        if (Pairings.Count > 0)
        {
            people.Table(
                "Ours beside the others, run by run",
                ["ε", "ours", "the other", "difference", "standard error", "p", "won"],
                Pairings.Select(pair => new[]
                {
                    $"{pair.Epsilon}", pair.Ours, Name(pair.Method, pair.Oracle), Signed(pair.Difference.Mean),
                    pair.Difference.StandardError is { } error ? Small(error) : "–", pair.Difference.PValue is { } p ? $"{p:0.0000}" : "–", $"{pair.Difference.Wins} of {pair.Difference.Pairs}",
                }));
        }

        if (Foretelling is { } foretelling)
        {
            people.Line($"Foretold within 3 points in {foretelling.WithinThreePoints:P0} of {foretelling.Runs} runs, by {100 * foretelling.MeanError:0.0} points on average.");
        }
    }

    /// <summary>Writes it as a page.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    public void Write(string path)
    {
        using var output = new StagedOutput(Path.GetDirectoryName(Path.GetFullPath(path))!);
        output.Write(Path.GetFileName(path), RacePage.Render(Story));
        output.Commit();
    }

    private RaceStory Story => new(Title, Measure, Before, NonPrivate?[Headline], [.. Lines.Select(Result)], [.. Pairings.Select(Pair)], Conditions)
    {
        IsShare = IsShare,
        WithinThreePoints = Foretelling?.WithinThreePoints,
    };

    private static RaceResult Result(RaceLine line) => new(
        line.Method,
        line.Oracle ? RaceRole.Oracle : Methods.IsOurs(line.Method) ? RaceRole.Ours : RaceRole.Other,
        line.Epsilon,
        line.Reached.Mean,
        line.Reached.Std,
        line.Reached.Low,
        line.Reached.High,
        line.Foretold,
        line.Found.Plan.Rounds,
        line.PassSeconds,
        line.RehearsalSeconds,
        string.Join("; ", PlanText.Settings(line.Found).Where(setting => setting.Name != "method").Select(setting => $"{setting.Name} {setting.Value}").Concat(Rounds(line.Found.Plan))));

    /// <summary>What a plan does in its rounds, where it is not the plain thing.</summary>
    private static IEnumerable<string> Rounds(TuningPlan plan) =>
    [
        .. plan.SamplingRate < 1 ? new[] { $"sampling rate {plan.SamplingRate}" } : [],
        .. plan.Momentum > 0 ? new[] { $"momentum {plan.Momentum}" } : [],
        .. plan.Adam is { } adam ? new[] { $"Adam with a floor of {adam.Floor}" } : [],
        .. plan.Augmentations > 1 ? new[] { $"{plan.Augmentations} augmentations" } : [],
        .. plan.Averaging > 0 ? new[] { $"averaging {plan.Averaging}" } : [],
        .. plan.CurvatureEvery > 0 ? new[] { $"geometry anew every {plan.CurvatureEvery} rounds" } : [],
        .. plan.Centred ? new[] { "centred on the public gradient" } : [],
    ];

    private static RacePair Pair(Pairing pair) => new(
        pair.Epsilon, pair.Ours, pair.Oracle ? $"{pair.Method}, oracle" : pair.Method,
        pair.Difference.Mean, pair.Difference.StandardError, pair.Difference.PValue, pair.Difference.Wins, pair.Difference.Pairs);

    /// <summary>A method's name, with a warning where it looked at the answer.</summary>
    private static string Name(string method, bool oracle) => oracle ? $"{method}, oracle (cheating)" : method;

    private string Told(double value) => IsShare ? $"{100 * value:0.00} %" : $"{value:0.0000}";

    private string Small(double value) => IsShare ? $"{100 * value:0.00}" : $"{value:0.0000}";

    private string Signed(double value) => IsShare ? $"{100 * value:+0.00;−0.00}" : $"{value:+0.0000;−0.0000}";
}
