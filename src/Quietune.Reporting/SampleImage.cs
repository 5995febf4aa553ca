namespace Quietune.Reporting;

/// <summary>A picture that may be shown: public, or generated.</summary>
/// <param name="Pixels">28×28 intensities in [0, 1], row by row; 1 is ink.</param>
/// <param name="Label">Its class.</param>
/// <param name="Caption">What it shows, in words: <c>a 7 turned by 30°</c>.</param>
public sealed record SampleImage(float[] Pixels, int Label, string Caption)
{
    /// <summary>Pixels a side.</summary>
    public const int Side = 28;
}
