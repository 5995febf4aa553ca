namespace Quietune.Data.Preprocessing;

/// <summary>Image scaling: (pixel / 255 − mean) / deviation.</summary>
/// <param name="Mean">Subtracted after the division by 255. Default 0.</param>
/// <param name="Deviation">Divided by last, above 0. Default 1.</param>
public sealed record PixelSpec(double Mean = 0, double Deviation = 1)
{
    internal string? Problem() => double.IsFinite(Mean) && Deviation is > 0 and < double.PositiveInfinity ? null : $"Expected a finite mean and a deviation above 0 for pixels, got {Mean} and {Deviation}";

    internal InMemoryExamples Apply(InMemoryExamples images) => (Mean, Deviation) == (0, 1)
        ? images
        : new([.. images.Shape], Array.ConvertAll(images.Features, pixel => (float)((pixel - Mean) / Deviation)), images.Labels);
}
