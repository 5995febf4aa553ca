using System.Buffers.Binary;
using Quietune.Data;
using Quietune.Data.Generated;
using Quietune.Data.Images;

namespace Quietune.Cli.Tests;

/// <summary>A folder in the form of MNIST, with generated digits.</summary>
internal sealed class DigitFolder : IDisposable
{
    public DigitFolder(int train, int test, double degrees = 0)
    {
        Directory.CreateDirectory(Path);
        Write("train", new ImageTransform(degrees).Apply(GeneratedDigits.Create(train, seed: 3)));
        if (test > 0)
        {
            Write("t10k", GeneratedDigits.Create(test, seed: 4));
        }
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"quietune-{Guid.NewGuid():N}");

    public string TrainImages => System.IO.Path.Combine(Path, "train-images-idx3-ubyte");

    public string TrainLabels => System.IO.Path.Combine(Path, "train-labels-idx1-ubyte");

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private void Write(string part, InMemoryExamples digits)
    {
        byte[] pixels = [.. digits.Features.Select(value => (byte)Math.Round(value * 255))];
        byte[] labels = [.. digits.Labels.Select(value => (byte)value)];
        File.WriteAllBytes(System.IO.Path.Combine(Path, $"{part}-images-idx3-ubyte"), [.. Header(0x803, digits.Count, 28, 28), .. pixels]);
        File.WriteAllBytes(System.IO.Path.Combine(Path, $"{part}-labels-idx1-ubyte"), [.. Header(0x801, digits.Count), .. labels]);
    }

    private static byte[] Header(params int[] numbers)
    {
        var bytes = new byte[4 * numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        }

        return bytes;
    }
}
