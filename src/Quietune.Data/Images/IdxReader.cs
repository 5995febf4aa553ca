using System.Buffers.Binary;
using System.IO.Compression;

namespace Quietune.Data.Images;

/// <summary>Reads images and labels in the IDX format, plain or gzip-compressed, told apart by content.</summary>
/// <remarks>Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits, section "File formats".</remarks>
public static class IdxReader
{
    private const int ImagesMagic = 0x00000803;
    private const int LabelsMagic = 0x00000801;

    /// <summary>Reads an image file and the label file beside it.</summary>
    /// <param name="imagesPath">IDX file of unsigned bytes with three dimensions.</param>
    /// <param name="labelsPath">IDX file of unsigned bytes with one dimension.</param>
    /// <returns>Examples of shape [1, rows, columns], pixels divided by 255.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is truncated, too long, not IDX, or the two do not fit each other.</exception>
    public static InMemoryExamples ReadImages(string imagesPath, string labelsPath)
    {
        var (imageSizes, pixels) = ReadBytes(imagesPath, ImagesMagic, "an IDX image file");
        var (labelSizes, labels) = ReadBytes(labelsPath, LabelsMagic, "an IDX label file");
        if (imageSizes[0] != labelSizes[0])
        {
            throw new InvalidDataException($"{imagesPath} has {imageSizes[0]} images and {labelsPath} has {labelSizes[0]} labels; expected as many labels as images.");
        }

        var features = new float[pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            features[i] = pixels[i] / 255f;
        }

        return new([1, imageSizes[1], imageSizes[2]], features, Array.ConvertAll(labels, label => (float)label));
    }

    private static (int[] Sizes, byte[] Values) ReadBytes(string path, int expectedMagic, string kind)
    {
        using var stream = Open(path);
        try
        {
            var dimensions = expectedMagic & 0xFF;
            var header = new byte[4 + (4 * dimensions)];
            var read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            var magic = BinaryPrimitives.ReadInt32BigEndian(header);
            if (read >= 4 && magic != expectedMagic)
            {
                throw new InvalidDataException($"{path} is not {kind}: its first four bytes are 0x{magic:X8}, expected 0x{expectedMagic:X8}.");
            }

            if (read < header.Length)
            {
                throw new InvalidDataException($"{path} ends in its header, after {read} bytes; expected {header.Length} bytes of header.");
            }

            var sizes = new int[dimensions];
            UInt128 length = 1;
            for (var i = 0; i < dimensions; i++)
            {
                var size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + (4 * i)));
                if (size > int.MaxValue || (i > 0 && size == 0))
                {
                    throw new InvalidDataException($"{path} gives dimension {i} the size {size}; expected {(i == 0 ? 0 : 1)} to {int.MaxValue}.");
                }

                sizes[i] = (int)size;
                length *= size;
            }

            if (length > (UInt128)Array.MaxLength)
            {
                throw new InvalidDataException($"{path} claims {length} values ({string.Join(" × ", sizes)}); expected at most {Array.MaxLength}.");
            }

            return (sizes, ReadBody(stream, (int)length, header.Length, path));
        }
        catch (InvalidDataException failure) when (!failure.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path} is damaged: its gzip stream cannot be decompressed.", failure);
        }
    }

    // Grows with what is really there, so that a header that lies cannot ask for gigabytes.
    private static byte[] ReadBody(Stream stream, int length, int headerLength, string path)
    {
        var values = new byte[Math.Min(length, 1 << 20)];
        var filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(values.AsSpan(filled), values.Length - filled, throwOnEndOfStream: false);
            if (filled < values.Length)
            {
                throw new InvalidDataException($"{path} is truncated: it holds {filled} values after its header of {headerLength} bytes, expected {length}.");
            }

            if (filled == length)
            {
                break;
            }

            Array.Resize(ref values, (int)Math.Min(length, 2L * values.Length));
        }

        return stream.ReadByte() < 0
            ? values
            : throw new InvalidDataException($"{path} goes on after its {length} values; expected the end of the file at byte {headerLength + (long)length}.");
    }

    private static Stream Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} does not exist; expected an IDX file.", path);
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
