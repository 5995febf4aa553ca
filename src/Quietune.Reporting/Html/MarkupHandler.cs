using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Quietune.Reporting.Html;

/// <summary>Escapes the holes of an interpolated string as it is put together.</summary>
/// <remarks>There is no overload for floating-point numbers on purpose: <see cref="Numbers"/> says how one is written.</remarks>
[InterpolatedStringHandler]
internal ref struct MarkupHandler
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder builder;

    public MarkupHandler(int literalLength, int formattedCount) => builder = new StringBuilder(literalLength + 16 * formattedCount);

    public readonly void AppendLiteral(string html) => builder.Append(html);

    public readonly void AppendFormatted(string? text) => builder.Append(Encoder.Encode(text ?? string.Empty));

    public readonly void AppendFormatted(long number) => AppendFormatted(Numbers.Count(number));

    public readonly void AppendFormatted(Markup piece) => builder.Append(piece.ToString());

    public readonly void AppendFormatted(IEnumerable<Markup> pieces)
    {
        foreach (var piece in pieces)
        {
            AppendFormatted(piece);
        }
    }

    internal readonly string Take() => builder.ToString();
}
