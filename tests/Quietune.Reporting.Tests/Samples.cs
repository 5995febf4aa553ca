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

    private static SampleImage[] Images(string caption, int count) =>
        [.. Enumerable.Range(0, count).Select(label => new SampleImage([.. Enumerable.Range(0, 784).Select(pixel => pixel * 37 % 256 / 255f)], label % 10, caption))];
}
