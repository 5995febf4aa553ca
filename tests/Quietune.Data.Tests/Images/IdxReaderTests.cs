using System.Buffers.Binary;
using System.IO.Compression;
using CsCheck;
using Quietune.Data.Images;
using Quietune.Tests;

namespace Quietune.Data.Tests.Images;

/// <summary>IDX files are read whole or refused in one sentence.</summary>
public sealed class IdxReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static byte[] Idx(int magic, uint[] sizes, byte[] values)
    {
        var file = new byte[4 + (4 * sizes.Length) + values.Length];
        BinaryPrimitives.WriteInt32BigEndian(file, magic);
        for (var i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + (4 * i)), sizes[i]);
        }

        values.CopyTo(file, 4 + (4 * sizes.Length));
        return file;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionMode.Compress))
        {
            gzip.Write(content);
        }

        return memory.ToArray();
    }

    private static byte[] TwoImages => Idx(0x803, [2, 2, 3], [0, 255, 51, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

    private static byte[] TwoLabels => Idx(0x801, [2], [7, 3]);

    private InMemoryExamples Read(byte[] images, byte[] labels) =>
        IdxReader.ReadImages(folder.Write("images", images), folder.Write("labels", labels));

    private void Refuses(byte[] images, byte[] labels, string sentence)
    {
        var failure = Assert.Throws<InvalidDataException>(() => Read(images, labels));
        Assert.Equal(sentence, failure.Message.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }

    [Fact]
    public void ReadImages_PlainAndGzip_GiveTheSameScaledPixels()
    {
        var plain = Read(TwoImages, TwoLabels);
        Assert.Equal([1, 2, 3], plain.Shape);
        Assert.Equal([7, 3], plain.Labels);
        Assert.Equal([0, 1, 0.2f], plain.Features[..3]);
        var compressed = Read(Gzip(TwoImages), Gzip(TwoLabels));
        Assert.Equal(plain.Features, compressed.Features);
        Assert.Equal(plain.Labels, compressed.Labels);
    }

    [Fact]
    public void ReadImages_MoreImagesThanLabels_NamesBoth() => Refuses(
        TwoImages, Idx(0x801, [1], [7]), "images has 2 images and labels has 1 labels; expected as many labels as images.");

    [Fact]
    public void ReadImages_LabelsForImages_NamesTheMagicNumber() => Refuses(
        TwoLabels, TwoLabels, "images is not an IDX image file: its first four bytes are 0x00000801, expected 0x00000803.");

    [Fact]
    public void ReadImages_Truncated_SaysWhere()
    {
        Refuses(TwoImages[..^1], TwoLabels, "images is truncated: it holds 11 values after its header of 16 bytes, expected 12.");
        Refuses(TwoImages[..9], TwoLabels, "images ends in its header, after 9 bytes; expected 16 bytes of header.");
        Refuses([], TwoLabels, "images ends in its header, after 0 bytes; expected 16 bytes of header.");
    }

    [Fact]
    public void ReadImages_TrailingBytes_SaysWhere() => Refuses(
        [.. TwoImages, 0], TwoLabels, "images goes on after its 12 values; expected the end of the file at byte 28.");

    [Fact]
    public void ReadImages_AbsurdSizes_AskForNoMemory()
    {
        Refuses(Idx(0x803, [1 << 20, 1 << 10, 1 << 10], []), TwoLabels, $"images claims {1L << 40} values (1048576 × 1024 × 1024); expected at most {Array.MaxLength}.");
        Refuses(Idx(0x803, [2, 0, 3], []), TwoLabels, $"images gives dimension 1 the size 0; expected 1 to {int.MaxValue}.");
        Refuses(Idx(0x803, [uint.MaxValue, 1, 1], []), TwoLabels, $"images gives dimension 0 the size {uint.MaxValue}; expected 0 to {int.MaxValue}.");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(Idx(0x803, [2_000_000_000, 1, 1], []), TwoLabels, "images is truncated: it holds 0 values after its header of 16 bytes, expected 2000000000.");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void ReadImages_DamagedGzip_IsOneSentence()
    {
        var damaged = Gzip(TwoImages);
        damaged[12] ^= 0xFF;
        var failure = Assert.Throws<InvalidDataException>(() => Read(damaged, TwoLabels));
        Assert.Contains(folder.File("images"), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadImages_AnyBytes_AreReadOrRefused() =>
        Gen.Select(Gen.Int[0, 31], Gen.Byte, Gen.Bool).Sample((place, value, gzip) =>
        {
            var bytes = gzip ? Gzip(TwoImages) : TwoImages;
            bytes[place % bytes.Length] = value;
            try
            {
                Read(bytes, TwoLabels);
            }
            catch (InvalidDataException refusal)
            {
                Assert.Contains(folder.Path, refusal.Message, StringComparison.Ordinal);
            }
        }, threads: 1);

    [Fact]
    public void ReadImages_Missing_NamesTheFile()
    {
        var failure = Assert.Throws<FileNotFoundException>(() => IdxReader.ReadImages(folder.File("none"), folder.File("none")));
        Assert.Contains("none", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MnistFolder_MissingFile_NamesIt()
    {
        folder.Write("train-images-idx3-ubyte", TwoImages);
        var failure = Assert.Throws<FileNotFoundException>(() => MnistFolder.Read(folder.Path));
        Assert.Contains("neither train-labels-idx1-ubyte nor train-labels-idx1-ubyte.gz", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MnistFolder_RealDigits_AreAllThere()
    {
        var mnist = MnistFolder.Read(SharedFiles.Require("data/mnist"));
        Assert.Equal((60_000, 10_000), (mnist.Train.Count, mnist.Test.Count));
        Assert.Equal(5421, mnist.Train.Labels.Count(label => label == 5)); // LeCun et al. 1998: 5,421 fives, 892 in the test set
        Assert.Equal(892, mnist.Test.Labels.Count(label => label == 5));
        Assert.Equal(0.1307, mnist.Train.Features.Average(), 0.0001); // the well-known mean of the training pixels
    }
}
