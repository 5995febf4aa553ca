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

    private static SampleImage[] Images(string caption, int count) =>
        [.. Enumerable.Range(0, count).Select(label => new SampleImage([.. Enumerable.Range(0, 784).Select(pixel => pixel * 37 % 256 / 255f)], label % 10, caption))];
}
