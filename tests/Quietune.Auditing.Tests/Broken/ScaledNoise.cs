using Quietune.Privacy.Noise;

namespace Quietune.Auditing.Tests.Broken;

/// <summary>Normal noise of the wrong scale.</summary>
internal sealed class ScaledNoise(INoiseSource source, double factor) : INoiseSource
{
    public bool IsSecure => false;

    public ulong NextUInt64() => source.NextUInt64();

    public void FillUniform(Span<double> destination) => source.FillUniform(destination);

    public void FillNormal(Span<double> destination)
    {
        source.FillNormal(destination);
        foreach (ref var value in destination)
        {
            value *= factor;
        }
    }
}
