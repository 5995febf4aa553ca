namespace Quietune.Privacy.Noise;

/// <summary>A source of independent random words, uniforms and normals.</summary>
/// <remarks>An instance is used by one thread at a time.</remarks>
public interface INoiseSource
{
    /// <summary>Whether nobody can predict the output: only then does a release made with it hide anything.</summary>
    bool IsSecure { get; }

    /// <summary>The next 64 uniform bits.</summary>
    ulong NextUInt64();

    /// <summary>Fills <paramref name="destination"/> with uniforms in [0, 1), multiples of 2⁻⁵³.</summary>
    void FillUniform(Span<double> destination);

    /// <summary>Fills <paramref name="destination"/> with draws from N(0, 1), rounded to doubles.</summary>
    void FillNormal(Span<double> destination);
}
