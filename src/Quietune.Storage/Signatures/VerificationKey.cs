using NSec.Cryptography;

namespace Quietune.Storage.Signatures;

/// <summary>A public Ed25519 key, with which anyone checks what its owner signed.</summary>
public sealed class VerificationKey : IEquatable<VerificationKey>
{
    private const int LongestFile = 10_000;
    private readonly PublicKey key;

    internal VerificationKey(PublicKey key) => this.key = key;

    /// <summary>Reads the 32 bytes in base 64 that <see cref="ToString"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is no Ed25519 key.</exception>
    public static VerificationKey Parse(string text)
    {
        Span<byte> raw = stackalloc byte[32];
        return Convert.TryFromBase64String(text, raw, out var length) && length == raw.Length && PublicKey.TryImport(SignatureAlgorithm.Ed25519, raw, KeyBlobFormat.RawPublicKey, out var key) && key is not null
            && new VerificationKey(key) is var parsed && parsed.ToString() == text
            ? parsed
            : throw new InvalidDataException("Expected an Ed25519 public key of 32 bytes in base 64.");
    }

    /// <summary>Reads a key from a file in PEM.</summary>
    /// <exception cref="InvalidDataException">The file holds no public Ed25519 key.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static VerificationKey Load(string path)
    {
        using var file = File.OpenRead(path);
        var text = new byte[Math.Min(file.Length, LongestFile)];
        file.ReadExactly(text);
        return PublicKey.TryImport(SignatureAlgorithm.Ed25519, text, KeyBlobFormat.PkixPublicKeyText, out var key) && key is not null
            ? new(key)
            : throw new InvalidDataException($"{path}: expected a public Ed25519 key in PEM.");
    }

    /// <summary>Writes the key to a new file, in PEM.</summary>
    /// <exception cref="IOException">There is such a file already, which is left as it is, or it cannot be written.</exception>
    public void Save(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        file.Write(key.Export(KeyBlobFormat.PkixPublicKeyText));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Whether <paramref name="signature"/> was made with this key's private half, over exactly these bytes.</summary>
    public bool Accepts(ReadOnlySpan<byte> content, CertificateSignature signature)
    {
        var raw = new byte[SignatureAlgorithm.Ed25519.SignatureSize];
        return signature.Algorithm == CertificateSignature.Ed25519
            && signature.PublicKey == ToString()
            && Convert.TryFromBase64String(signature.Value, raw, out var length)
            && length == raw.Length
            && Convert.ToBase64String(raw) == signature.Value
            && SignatureAlgorithm.Ed25519.Verify(key, content, raw);
    }

    /// <inheritdoc/>
    public bool Equals(VerificationKey? other) => other is not null && key.Equals(other.key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerificationKey);

    /// <inheritdoc/>
    public override int GetHashCode() => key.GetHashCode();

    /// <summary>The key's 32 bytes in base 64.</summary>
    public override string ToString() => Convert.ToBase64String(key.Export(KeyBlobFormat.RawPublicKey));
}
