using System.IO.Compression;
using Quietune.Reporting.Images;

namespace Quietune.Reporting.Tests.Images;

public sealed class PngTests
{
    [Fact]
    public void Encode_Intensities_BecomeOpacityRowByRow()
    {
        var file = Png.Encode([0, 1, 0.5f, float.NaN, -3, 7], width: 3, height: 2);

        var length = file[33] << 24 | file[34] << 16 | file[35] << 8 | file[36];
        using var rows = new MemoryStream();
        using (var inflate = new ZLibStream(new MemoryStream(file, 41, length), CompressionMode.Decompress))
        {
            inflate.CopyTo(rows);
        }

        Assert.Equal([0, 0, 0, 0, 255, 0, 128, 0, 0, 0, 0, 0, 0, 255], rows.ToArray());
    }

    [Fact]
    public void Encode_LastChunk_HasThePublishedChecksum()
    {
        // ISO/IEC 15948: IEND is empty, so its twelve bytes never change.
        var file = Png.Encode([0], 1, 1);
        Assert.Equal("0000000049454E44AE426082", Convert.ToHexString(file.AsSpan(^12..)));
    }
}
