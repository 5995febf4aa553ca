namespace Quietune.Privacy.Ledger;

/// <summary>Checks the texts that people and programs put into a ledger.</summary>
internal static class LedgerText
{
    private const int LongestName = 200;
    private const int LongestSentence = 1000;

    public static string Name(string text, string what) => Checked(text, what, LongestName);

    public static string Sentence(string text, string what) => Checked(text, what, LongestSentence);

    public static string Hash(string text, string what) =>
        IsHash(text) ? text : throw new InvalidDataException($"Expected {what} to be 64 lower-case hexadecimal digits, got '{Shorten(text)}'.");

    public static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    public static string Shorten(string text) => string.Concat((text.Length > 80 ? text[..80] + "…" : text).Select(letter => IsPlain(letter) ? letter : '?'));

    private static string Checked(string text, string what, int longest) =>
        string.IsNullOrWhiteSpace(text) ? throw new InvalidDataException($"Expected {what}, got nothing.")
        : text.Length > longest ? throw new InvalidDataException($"Expected {what} of at most {longest} characters, got {text.Length}.")
        : !text.All(IsPlain) ? throw new InvalidDataException($"Expected {what} without control characters, got '{Shorten(text)}'.")
        : text;

    // Control characters and unpaired surrogates would not come back from every database as they went in.
    private static bool IsPlain(char letter) => !char.IsControl(letter) && !char.IsSurrogate(letter) && letter is not ('\u2028' or '\u2029' or '\ufffd');
}
