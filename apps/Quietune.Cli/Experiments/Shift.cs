using Quietune.Data;
using Quietune.Data.Images;

namespace Quietune.Cli.Experiments;

/// <summary>How private images differ from the public ones, as given on the command line.</summary>
/// <param name="Name">As given.</param>
/// <param name="InWords">For people: <c>turned by 30°</c>.</param>
/// <param name="Transform">The change.</param>
internal sealed record Shift(string Name, string InWords, ImageTransform Transform)
{
    private const string Expected = "none, rotate:DEGREES, scale:FACTOR, shear:SLANT or stripe:COLUMNS";

    /// <summary>Reads <c>none</c>, <c>rotate:30</c>, <c>scale:0.8</c>, <c>shear:0.3</c> or <c>stripe:4</c>.</summary>
    /// <exception cref="BadInputException">It is something else.</exception>
    public static Shift Parse(string text)
    {
        if (text == "none")
        {
            return new(text, "as the public ones", new());
        }

        var parts = text.Split(':');
        if (parts.Length != 2 || !double.TryParse(parts[1], out var amount) || !double.IsFinite(amount))
        {
            throw new BadInputException($"--shift: expected {Expected}, got '{text}'.");
        }

        return parts[0] switch
        {
            "rotate" => new(text, $"turned by {amount}°", new(RotationDegrees: amount)),
            "scale" when amount is > 0.1 and < 10 => new(text, $"scaled by {amount}", new(ScaleX: amount, ScaleY: amount)),
            "shear" => new(text, $"slanted by {amount}", new(Shear: amount)),
            "stripe" when amount is >= 1 and <= 28 && double.IsInteger(amount) => new(text, $"with {amount} columns inverted", new(Stripe: (int)amount)),
            _ => throw new BadInputException($"--shift: expected {Expected}, got '{text}'."),
        };
    }

    /// <summary>The images, changed.</summary>
    public InMemoryExamples Apply(InMemoryExamples images) => Transform.Apply(images);
}
