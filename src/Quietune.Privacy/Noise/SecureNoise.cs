using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Quietune.Privacy.Noise;

/// <summary>Noise from the operating system's cryptographic generator.</summary>
/// <remarks>
/// Guarantee: the random words are unpredictable. A normal rounded to doubles is not an exact normal, though: the doubles a
/// release can reach depend on the value hidden in it, and this is a known hole (Mironov 2012).
/// </remarks>
public sealed class SecureNoise : INoiseSource
{
    private readonly byte[] buffer = new byte[4096];
    private int next;

    /// <summary>Makes a source with an empty buffer.</summary>
    public SecureNoise() => next = buffer.Length;

    /// <inheritdoc />
    public bool IsSecure => true;

    /// <inheritdoc />
    public ulong NextUInt64()
    {
        if (next == buffer.Length)
        {
            RandomNumberGenerator.Fill(buffer);
            next = 0;
        }

        var bytes = buffer.AsSpan(next, sizeof(ulong));
        var word = MemoryMarshal.Read<ulong>(bytes);
        bytes.Clear();
        next += sizeof(ulong);
        return word;
    }

    /// <inheritdoc />
    public void FillUniform(Span<double> destination) => ContinuousNoise.FillUniform(this, destination);

    /// <inheritdoc />
    public void FillNormal(Span<double> destination) => ContinuousNoise.FillNormal(this, destination);
}
