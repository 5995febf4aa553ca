using Quietune.Privacy.Profiles;

namespace Quietune.Reporting.Tests;

/// <summary>Runs that never happened, for pages to tell.</summary>
internal static class Samples
{
    public static Promise Promise(double epsilon = 1, double delta = 1e-5) =>
        new(epsilon, delta, GaussianProfile.MuOf(new(epsilon, delta)), "one digit is added or removed", "digit", 1000);

    public static DemoStory Story(string text = "plain", int images = 12) => new(
        text,
        text,
        Promise() with { Adjacency = text, PrivacyUnit = text },
        Images(text, images),
        Images(text, images),
        new(0.802, 0.895, 0.943, 0.889),
        [new(text, text, text), new("clip norm", "3.41")],
        text,
        [new(text, 21.5)],
        [new(text, text)]);

    public static TuningStory Tuning(string text = "plain") => new(
        text,
        Promise() with { PrivacyUnit = text },
        text,
        [new("as they are", 0.802, 0.895), new(text, 0.7, 0.69)],
        IsForced: false,
        [new(text, text, text), new("clip norm", "3.41")],
        [new("fc1.weight", "[32, 64]", text)],
        text,
        [new(text, 21.5)],
        [new(text, text)]);

    /// <summary>A run with everything that can be joined to it.</summary>
    public static TuningStory WholeTuning(string text = "plain") => Tuning(text) with
    {
        NotPrivate = text,
        PredictedGain = 0.041,
        Budget = new(text, 2, 1e-5, 0.5, 1.2, 2),
        Excess = new(0.01, 0.02, 0.0101, 0.019, 200),
        Geometry = new("kronecker", 300, 26_010, 0.62, 0.01, [.. Enumerable.Range(0, 40).Select(step => new SpectrumPoint((long)Math.Pow(26_010, step / 39.0), 900 / Math.Pow(10, step / 5.0)))]),
        PeakMemory = 734_003_200,
        Hashes = [new("model before", new string('a', 64)), new(text, new string('b', 64), text)],
        Commands = [new(text, $"quietune verify {text}", text), new("Measure", "quietune evaluate --model tuned.onnx --data TEST --preprocess tuned.preprocess.json --loss cross-entropy --json > evaluation.json")],
        Checks = [new(text, true, text), new("plan", false, new string('c', 64))],
        Audits = [Audit(text, isOfThisPromise: true), Audit(text, isOfThisPromise: false)],
        Membership =
        [
            new("loss threshold", "one-draw", 1, 0.52, 0.03, 0.11, 0.012, 0.03, true, Curve(1.1)), new(text, "one-draw", 1, 0.53, 0.05, 0.11, 0.02, 0.03, true, Curve(1.4)),
            new(text, text, 4, 0.6, 0.1, 0.4, 0.05, 0.2, false, Curve(2)),
        ],
        Exposure = [new(text, 1, 4, 5, 1.6, 9.8, 13.3)],
        Evaluations = [Evaluation("before tuning", 0.8), Evaluation(text, 0.9) with { Data = text, Groups = [new($"sex = {text}", 120, [new(text, 0.7, 0.6, 0.8)]), new("sex = f", 90, [new(text, 0.75)])] }],
    };

    public static RaceStory Race() => Race(["one-draw", "draws"], [.. Enumerable.Range(0, 6).Select(i => $"method-{i}")]);

    public static RaceStory Race(string[] ours, string[] others)
    {
        RaceResult Result(string method, RaceRole role, double epsilon, double mean) => new(
            method, role, epsilon, mean, 0.01, mean - 0.012, mean + 0.012, mean + 0.02, 10, 0.4, 120, "clip norm 3; k 1,000");
        var results = new[] { 0.5, 2 }.SelectMany(epsilon => (RaceResult[])
        [
            .. ours.Select((name, i) => Result(name, RaceRole.Ours, epsilon, 0.90 + (0.01 * epsilon) - (0.02 * i))),
            .. others.Select((name, i) => Result(name, RaceRole.Other, epsilon, 0.85 - (0.01 * i))),
            .. others.Take(1).Select(name => Result(name, RaceRole.Oracle, epsilon, 0.87)),
        ]).ToList();
        return new(
            "A race", "accuracy", 0.8, 0.96, results,
            [.. others.SelectMany(name => (RacePair[])[new(0.5, ours[0], name, 0.05, 0.004, 0.0003, 5, 5), new(0.5, ours[0], $"{name}, oracle", -0.01, null, null, 0, 1)])],
            [new("private rows", "1,000", "N")]) { WithinThreePoints = 0.8 };
    }

    private static AuditStory Audit(string text, bool isOfThisPromise) => new(
        "two-worlds", text, 1, 1e-5, 0.87, 0.21, 0.56, 0.58, 120_000, 0.95, false, isOfThisPromise, [new(text, 0.1, 0.16), new("two-worlds, out of distribution", 0.5, 0.6)]);

    private static EvaluationStory Evaluation(string model, double value) => new(model, "test.csv", 3_000, [new("accuracy", value, value - 0.01, value + 0.01), new("calibration error", 0.02)], []);

    private static AttackPoint[] Curve(double gain) => [.. Enumerable.Range(0, 31).Select(step => Math.Pow(10, (step - 30) / 10.0)).Select(rate => new AttackPoint("x", rate, Math.Min(1, gain * rate)))];

    private static SampleImage[] Images(string caption, int count) =>
        [.. Enumerable.Range(0, count).Select(label => new SampleImage([.. Enumerable.Range(0, 784).Select(pixel => pixel * 37 % 256 / 255f)], label % 10, caption))];
}
