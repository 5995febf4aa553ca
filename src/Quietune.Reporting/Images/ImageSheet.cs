using Quietune.Reporting.Html;

namespace Quietune.Reporting.Images;

/// <summary>A list of small pictures, each with its label and a text alternative.</summary>
internal static class ImageSheet
{
    /// <summary>Lays the pictures out under a caption.</summary>
    /// <exception cref="ArgumentException">A picture is not 28×28.</exception>
    public static Markup Render(string caption, IReadOnlyList<SampleImage> images) => Markup.Of($"""
        <figure class="sheet">
        <ul>
        {images.Select(Item)}</ul>
        <figcaption>{caption}</figcaption>
        </figure>

        """);

    private static Markup Item(SampleImage image)
    {
        const int Side = SampleImage.Side;
        if (image.Pixels.Length != Side * Side)
        {
            throw new ArgumentException($"Expected {Side * Side} pixels in the picture '{image.Caption}', got {image.Pixels.Length}.", nameof(image));
        }

        var data = Convert.ToBase64String(Png.Encode(image.Pixels, Side, Side));
        return Markup.Of($"""
            <li><img width="{Side}" height="{Side}" alt="{image.Caption}" src="data:image/png;base64,{Markup.Trusted(data)}" /><span aria-hidden="true">{image.Label}</span></li>

            """);
    }
}
