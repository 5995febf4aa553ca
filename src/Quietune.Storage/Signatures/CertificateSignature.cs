namespace Quietune.Storage.Signatures;

/// <summary>A signature, as it stands in a certificate.</summary>
/// <param name="Algorithm">Always <see cref="Ed25519"/>.</param>
/// <param name="PublicKey">The signer's public key, 32 bytes in base 64; says who claims to have signed, and proves nothing until compared with a key from elsewhere.</param>
/// <param name="Value">The signature, 64 bytes in base 64.</param>
public sealed record CertificateSignature(string Algorithm, string PublicKey, string Value)
{
    /// <summary>The name of the one algorithm.</summary>
    public const string Ed25519 = "Ed25519";
}
