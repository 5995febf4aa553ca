using Quietune.Data;
using Quietune.Data.Images;

namespace Quietune.Tuning.Planning;

/// <summary>Random changes of public rows that stand for how private rows may differ.</summary>
public static class PublicChanges
{
    // As digits are usually turned for augmentation: half the way of the widest scenario.
    private const double MostDegrees = 20;

    /// <summary>Images of one channel turned, scaled, slanted, moved and thickened, each by a random amount.</summary>
    public static InMemoryExamples OfImages(InMemoryExamples rows, int index)
    {
        var random = new SeededGenerator(seed: 41, (ulong)index);
        return new ImageTransform(
            RotationDegrees: Within(MostDegrees),
            ScaleX: 1 + Within(0.2),
            ScaleY: 1 + Within(0.2),
            Shear: Within(0.5),
            ShiftX: Within(2),
            ShiftY: Within(2),
            Thickness: Within(0.3)).Apply(rows);

        double Within(double most) => most * ((2 * random.NextDouble()) - 1);
    }
}
