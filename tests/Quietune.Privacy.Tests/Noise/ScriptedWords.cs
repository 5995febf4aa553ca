using Quietune.Privacy.Noise;

namespace Quietune.Privacy.Tests.Noise;

/// <summary>Words that a test chose, and then those of a seeded source.</summary>
internal sealed class ScriptedWords(params IReadOnlyList<ulong> words) : INoiseSource
{
    private readonly SeededNoise after = new(5);

    public int Drawn { get; private set; }

    public bool IsSecure => true;

    public ulong NextUInt64() => Drawn++ < words.Count ? words[Drawn - 1] : after.NextUInt64();

    public void FillUniform(Span<double> destination) => throw new NotSupportedException();

    public void FillNormal(Span<double> destination) => throw new NotSupportedException();
}
