using NSec.Cryptography;

namespace Quietune.Storage.Signatures;

/// <summary>A private Ed25519 key, with which an organisation signs what it releases.</summary>
/// <remarks>The file is PKCS #8 in PEM, as other programs write and read it (RFC 8410). Source: RFC 8032.</remarks>
public sealed class SigningKey : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int LongestFile = 10_000;
    private readonly Key key;

    private SigningKey(Key key)
    {
        this.key = key;
        PublicKey = new(key.PublicKey);
    }

    /// <summary>The key with which others check the signatures.</summary>
    public VerificationKey PublicKey { get; }

    /// <summary>Makes a new key from the operating system's random numbers.</summary>
    public static SigningKey Create() =>
        new(Key.Create(SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }));

    /// <summary>Reads a key from a file.</summary>
    /// <exception cref="InvalidDataException">The file holds no private Ed25519 key, or others than its owner may read it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SigningKey Load(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & ~(OwnerAlone | UnixFileMode.UserExecute)) is var open and not UnixFileMode.None)
        {
            throw new InvalidDataException($"{path}: expected a private key that its owner alone may read, got one open to {open}; 'chmod 600' closes it, but who read it before can sign.");
        }

        var text = new byte[Math.Min(file.Length, LongestFile)];
        file.ReadExactly(text);
        return Key.TryImport(SignatureAlgorithm.Ed25519, text, KeyBlobFormat.PkixPrivateKeyText, out var key, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }) && key is not null
            ? new(key)
            : throw new InvalidDataException($"{path}: expected a private Ed25519 key in PEM.");
    }

    /// <summary>Writes the key to a new file that its owner alone may read.</summary>
    /// <exception cref="IOException">There is such a file already, which is left as it is, or it cannot be written.</exception>
    public void Save(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerAlone;
        }

        using var file = new FileStream(path, options);
        file.Write(key.Export(KeyBlobFormat.PkixPrivateKeyText));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Signs bytes.</summary>
    public CertificateSignature Sign(ReadOnlySpan<byte> content) =>
        new(CertificateSignature.Ed25519, PublicKey.ToString(), Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(key, content)));

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
