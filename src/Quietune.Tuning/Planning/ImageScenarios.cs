using Quietune.Data;
using Quietune.Data.Images;

namespace Quietune.Tuning.Planning;

/// <summary>Scenarios for images: held-out public images as they are, and under label-preserving changes of several kinds and strengths.</summary>
/// <remarks>Nobody knows how the private images differ from the public ones; the changes stand for a range of answers.</remarks>
public static class ImageScenarios
{
    /// <summary>Rows that each scenario is measured on at least.</summary>
    public const int EvaluationRows = 600;

    // Where there are more rows, fewer settings win by luck.
    private const int MostEvaluationRows = 2_000;

    private static readonly (string Name, ImageTransform Transform)[] Changes =
    [
        ("as they are", new()),
        ("turned 20° and larger", new(RotationDegrees: 20, ScaleX: 1.1, ScaleY: 1.1)),
        ("turned −35°", new(RotationDegrees: -35)),
        ("slanted", new(Shear: 0.6)),
        ("turned 40°, narrower", new(RotationDegrees: 40, ScaleX: 0.9)),
        ("smaller, moved and thinner", new(ScaleX: 0.75, ScaleY: 0.8, ShiftX: 2.5, ShiftY: -2, Thickness: -0.3)),
    ];

    /// <summary>Makes the scenarios.</summary>
    /// <param name="heldOut">Public images that took no part in pretraining, in random order.</param>
    /// <param name="nominalSize">How many stand in for the private rows.</param>
    /// <exception cref="ArgumentException">There are fewer public images than one scenario needs.</exception>
    public static IReadOnlyList<Scenario> Of(InMemoryExamples heldOut, int nominalSize)
    {
        if (heldOut.Count < nominalSize + EvaluationRows)
        {
            throw new ArgumentException($"Expected at least {nominalSize + EvaluationRows} held-out public images to rehearse on, got {heldOut.Count}.", nameof(heldOut));
        }

        // Where there are enough, each scenario has rows of its own.
        var own = heldOut.Count / Changes.Length;
        var each = own >= nominalSize + EvaluationRows ? own : 0;
        var evaluated = Math.Min(MostEvaluationRows, (each > 0 ? own : heldOut.Count) - nominalSize);
        return [.. Changes.Select((change, i) => new Scenario(
            change.Name,
            change.Transform.Apply(heldOut.Slice(i * each, nominalSize)),
            change.Transform.Apply(heldOut.Slice((i * each) + nominalSize, evaluated))))];
    }
}
