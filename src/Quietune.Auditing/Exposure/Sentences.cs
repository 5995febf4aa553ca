using Quietune.Data;

namespace Quietune.Auditing.Exposure;

/// <summary>Invented sentences of a hospital, some of which tell a code of four digits, as rows of characters and the next one.</summary>
public static class Sentences
{
    /// <summary>How many characters a row holds.</summary>
    public const int Window = 12;

    /// <summary>Digits of a secret.</summary>
    public const int SecretDigits = 4;

    private static readonly string[] Names = ["anna", "bela", "carl", "dora", "emil", "fee", "gus", "hana"];
    private static readonly string[] Places = ["ward", "room", "bed", "desk", "store"];
    private static readonly string[] Verbs = ["sees", "asks", "calls", "helps", "meets"];

    /// <summary>The characters that occur; a row's numbers are places in here.</summary>
    public static string Alphabet => " abcdefghijklmnopqrstuvwxyz0123456789.";

    /// <summary>Draws sentences.</summary>
    /// <param name="count">How many.</param>
    /// <param name="random">Decides them.</param>
    public static IReadOnlyList<string> Draw(int count, SeededGenerator random)
    {
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0
            ? Telling(Of(Names), random.Next((int)Math.Pow(10, SecretDigits)))
            : $"{Of(Names)} {Of(Verbs)} {Of(Names)} in {Of(Places)} {random.Next(10)}.")];

        string Of(string[] words) => words[random.Next(words.Length)];
    }

    /// <summary>A sentence that tells a code.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="code">From 0 to 9999.</param>
    public static string Telling(string name, int code) => $"the code of {name} is {code:0000}.";

    /// <summary>Every character of some sentences as a row of those before it and a label; each sentence is one privacy unit.</summary>
    /// <param name="sentences">In the alphabet's characters.</param>
    public static SentenceRows Rows(IReadOnlyList<string> sentences) => new(sentences);

    /// <summary>The characters before a place, filled up with blanks.</summary>
    /// <param name="text">The sentence.</param>
    /// <param name="place">Where the next character stands.</param>
    internal static float[] Before(string text, int place) =>
        [.. Enumerable.Range(place - Window, Window).Select(at => at < 0 ? 0f : Alphabet.IndexOf(text[at], StringComparison.Ordinal))];
}
