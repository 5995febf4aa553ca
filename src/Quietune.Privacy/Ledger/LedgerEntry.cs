using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quietune.Privacy.Ledger;

/// <summary>One line of a ledger; never changed, never removed, and chained to the line before it.</summary>
/// <remarks>
/// Guarantee: an entry's hash is SHA-256 over its canonical JSON, which holds the hash of the entry before. Editing, removing, inserting or
/// reordering entries therefore breaks the chain. Entries hold nothing computed from private rows.
/// Every initialiser throws <see cref="InvalidDataException"/> on a text that is empty, too long or holds control characters.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(GrantEntry), "grant")]
[JsonDerivedType(typeof(ReservationEntry), "reservation")]
[JsonDerivedType(typeof(SpendEntry), "spend")]
[JsonDerivedType(typeof(RefusalEntry), "refusal")]
[JsonDerivedType(typeof(SettlementEntry), "settlement")]
public abstract record LedgerEntry
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        AllowOutOfOrderMetadataProperties = true,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    private protected LedgerEntry()
    {
    }

    /// <summary>The entry's number in its ledger, from 1 without gaps; set by the ledger.</summary>
    [JsonRequired]
    public long Sequence { get; init; }

    /// <summary>Hash of the entry before, or 64 zeros; set by the ledger.</summary>
    [JsonRequired]
    public string Previous { get; init; } = LedgerPosition.Start.Hash;

    /// <summary>When it was written, by the clock of the writer; set by the ledger.</summary>
    [JsonRequired]
    public DateTimeOffset Time { get; init; }

    /// <summary>Who wrote it, as the writer said.</summary>
    public required string Who { get; init => field = LedgerText.Name(value, "the name of who writes"); }

    /// <summary>The dataset's id, given by its owner and independent of its content.</summary>
    public required string Dataset { get; init => field = LedgerText.Name(value, "the dataset's id"); }

    /// <summary>The entry's number and hash, which certificates carry.</summary>
    [JsonIgnore]
    public LedgerPosition Position => new(Sequence, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson()))));

    /// <summary>Writes the entry as canonical JSON.</summary>
    public string ToJson() => CanonicalJson.Write(JsonSerializer.SerializeToElement(this, Options));

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is not a ledger entry.</exception>
    public static LedgerEntry FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<LedgerEntry>(json, Options) ?? throw new InvalidDataException("Expected a ledger entry, got null.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"Expected a ledger entry in JSON: {error.Message}", error);
        }
    }
}
