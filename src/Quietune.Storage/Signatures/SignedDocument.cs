using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Quietune.Storage.Signatures;

/// <summary>A JSON document with a signature as its last member.</summary>
/// <remarks>
/// Guarantee: the signature covers the file's bytes as they are, not only the values they stand for: everything before the member <c>signature</c> is
/// signed, and that member has one spelling only. So any changed byte is found, white space and other spellings of a number included.
/// To check without Quietune: cut the file before <c>,⏎␣␣"signature"</c>, and verify what is left with any Ed25519 program.
/// </remarks>
public sealed class SignedDocument
{
    private const string Start = ",\n  \"signature\": {";
    private static readonly JsonSerializerOptions Lines = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Members = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SignedDocument(JsonElement content, CertificateSignature signature) => (Content, Signature) = (content, signature);

    /// <summary>The document, with its member <c>signature</c>.</summary>
    public JsonElement Content { get; }

    /// <summary>The signature, already found to fit to the bytes and to the public key in it.</summary>
    public CertificateSignature Signature { get; }

    /// <summary>The key that signed.</summary>
    public VerificationKey Signer => VerificationKey.Parse(Signature.PublicKey);

    /// <summary>The bytes of a file with a document and its signature.</summary>
    /// <param name="document">A JSON object with at least one member, none of them called <c>signature</c>; the members keep their order.</param>
    /// <param name="key">Signs.</param>
    /// <exception cref="ArgumentException">The document is not such an object.</exception>
    public static byte[] Write(JsonElement document, SigningKey key)
    {
        if (document.ValueKind != JsonValueKind.Object || !document.EnumerateObject().Any() || document.TryGetProperty("signature", out _))
        {
            throw new ArgumentException("Expected a JSON object with members, none of them called 'signature'.", nameof(document));
        }

        // Ends with a line end and the closing brace, which come back behind the signature.
        var body = JsonSerializer.Serialize(document, Lines)[..^2];
        return Utf8.GetBytes(body + End(key.Sign(Utf8.GetBytes(body))));
    }

    /// <summary>Reads a file and checks its signature.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="trusted">The key that must have signed; null accepts whoever signed, which shows only that nothing was changed since.</param>
    /// <exception cref="InvalidDataException">The bytes are not those that were signed, or another key signed them.</exception>
    public static SignedDocument Read(ReadOnlySpan<byte> file, string name, VerificationKey? trusted = null)
    {
        var (content, signature, body) = Parse(file, name);
        var signer = VerificationKey.Parse(signature.PublicKey);
        return !signer.Accepts(body, signature) ? throw new InvalidDataException($"{name}: the signature does not fit: the file was changed after it was signed.")
            : trusted is not null && !trusted.Equals(signer) ? throw new InvalidDataException($"{name}: expected the signature of key {trusted}, got that of key {signer}.")
            : new(content, signature);
    }

    private static (JsonElement Content, CertificateSignature Signature, byte[] Body) Parse(ReadOnlySpan<byte> file, string name)
    {
        try
        {
            var text = Utf8.GetString(file);
            using var document = JsonDocument.Parse(text, Strict);
            var content = document.RootElement.Clone();
            if (content.ValueKind == JsonValueKind.Object && content.TryGetProperty("signature", out var member) && member.Deserialize<CertificateSignature>(Members) is { } signature)
            {
                var end = End(signature);
                return text.EndsWith(end, StringComparison.Ordinal)
                    ? (content, signature, Utf8.GetBytes(text[..^end.Length]))
                    : throw new InvalidDataException($"{name}: the signature is not written as it was: the file was changed after it was signed.");
            }
        }
        catch (Exception error) when (error is JsonException or DecoderFallbackException)
        {
            throw new InvalidDataException($"{name}: expected a signed JSON document: {error.Message}", error);
        }

        throw new InvalidDataException($"{name}: expected a JSON object with a member 'signature'.");
    }

    private static string End(CertificateSignature signature)
    {
        var (algorithm, publicKey, value) = (Text(signature.Algorithm), Text(signature.PublicKey), Text(signature.Value));
        return $"{Start}\n    \"algorithm\": {algorithm},\n    \"publicKey\": {publicKey},\n    \"value\": {value}\n  }}\n}}\n";
    }

    private static string Text(string value) => JsonSerializer.Serialize(value, Lines);
}
