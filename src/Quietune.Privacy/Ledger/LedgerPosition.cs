namespace Quietune.Privacy.Ledger;

/// <summary>One place in a ledger: a sequence number and the hash of the entry there.</summary>
/// <remarks>
/// The hash covers the entry and, through the chain, every entry before it. Whoever kept a position can tell later that nothing up to there
/// was changed or cut off. The written form is <c>SEQUENCE:HASH</c>.
/// </remarks>
/// <param name="Sequence">The sequence number, from 1; 0 is the place before the first entry.</param>
/// <param name="Hash">SHA-256 of the entry, 64 lower-case hexadecimal digits.</param>
public sealed record LedgerPosition(long Sequence, string Hash)
{
    /// <summary>The place before the first entry.</summary>
    public static LedgerPosition Start { get; } = new(0, new string('0', 64));

    /// <summary>Reads the written form.</summary>
    /// <exception cref="InvalidDataException">The text is no position.</exception>
    public static LedgerPosition Parse(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 2 && long.TryParse(parts[0], System.Globalization.NumberStyles.None, null, out var sequence) && LedgerText.IsHash(parts[1])
            ? new(sequence, parts[1])
            : throw new InvalidDataException($"Expected a ledger position SEQUENCE:HASH with 64 hexadecimal digits, got '{LedgerText.Shorten(text)}'.");
    }

    /// <summary>The written form.</summary>
    public override string ToString() => $"{Sequence}:{Hash}";
}
