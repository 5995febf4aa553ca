using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quietune.Privacy.Accounting;

/// <summary>What a release did to privacy: a frozen record that accountants turn into (ε, δ).</summary>
/// <remarks>
/// An event says how noisy a mechanism is relative to one privacy unit's largest contribution, and never holds private values.
/// Two equal events cost the same. The JSON form carries the kind in the property <c>event</c>.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(GaussianEvent), "gaussian")]
[JsonDerivedType(typeof(PoissonSampledEvent), "poisson-sampled")]
[JsonDerivedType(typeof(ExponentialMechanismEvent), "exponential-mechanism")]
[JsonDerivedType(typeof(PureEvent), "pure")]
[JsonDerivedType(typeof(ApproximateEvent), "approximate")]
[JsonDerivedType(typeof(ComposedEvent), "composed")]
[JsonDerivedType(typeof(SelfComposedEvent), "self-composed")]
[JsonDerivedType(typeof(GroupEvent), "group")]
[JsonDerivedType(typeof(SelectionEvent), "selection")]
public abstract record PrivacyEvent
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private protected PrivacyEvent()
    {
    }

    /// <summary>Writes the event as JSON, on one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is not a privacy event.</exception>
    public static PrivacyEvent FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<PrivacyEvent>(json, Options)
                ?? throw new InvalidDataException("Expected a privacy event, got null.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"Expected a privacy event in JSON: {error.Message}", error);
        }
    }
}
