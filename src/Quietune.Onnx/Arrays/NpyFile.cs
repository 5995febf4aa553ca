using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx.Arrays;

/// <summary>Reads arrays that NumPy saved, such as the reference outputs of a model.</summary>
/// <remarks>Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays", format versions 1 to 3.</remarks>
public static partial class NpyFile
{
    private static readonly Dictionary<string, ScalarType> Types = new()
    {
        ["<f2"] = ScalarType.Float16,
        ["<f4"] = ScalarType.Float32,
        ["<f8"] = ScalarType.Float64,
        ["<i2"] = ScalarType.Int16,
        ["<i4"] = ScalarType.Int32,
        ["<i8"] = ScalarType.Int64,
        ["|i1"] = ScalarType.Int8,
        ["|u1"] = ScalarType.Byte,
        ["|b1"] = ScalarType.Bool,
    };

    /// <summary>Reads an array as a tensor on the CPU, in the file's element type and shape; the caller disposes.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no array of little-endian numbers, or is cut off.</exception>
    public static Tensor Read(string path)
    {
        if (!File.Exists(path))
        {
            throw Refusal.OfMissing(path, $"expected an array saved by NumPy, but there is no such file.", path);
        }

        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 12 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8) || bytes[6] is 0 or > 3)
        {
            throw Broken(path, $"{bytes.Length} bytes that do not start like one");
        }

        var start = bytes[6] == 1 ? 10 : 12;
        long length = bytes[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        if (length > bytes.Length - start)
        {
            throw Broken(path, $"a header of {length} bytes in a file of {bytes.Length}");
        }

        var header = Encoding.Latin1.GetString(bytes, start, (int)length);
        var match = Header().Match(header);
        if (!match.Success || !Types.TryGetValue(match.Groups["type"].Value, out var type))
        {
            throw Broken(path, $"the header '{header.Trim()}'");
        }

        var shape = match.Groups["size"].Captures.Select(size => long.Parse(size.Value, CultureInfo.InvariantCulture)).ToArray();
        return Filled(path, shape, type, match.Groups["order"].Value == "True", bytes.AsSpan(start + (int)length));
    }

    private static Tensor Filled(string path, long[] shape, ScalarType type, bool isFortranOrder, ReadOnlySpan<byte> elements)
    {
        var count = shape.Aggregate(1.0, (product, size) => product * size);
        var size = TorchSharp.TensorExtensionMethods.ElementSize(type);
        if (count * size != elements.Length)
        {
            throw Broken(path, $"{elements.Length} bytes for shape {Shapes.Text(shape)} of {size}-byte elements");
        }

        if (!isFortranOrder)
        {
            return TensorContent.Filled(shape, type, elements);
        }

        using var reversed = TensorContent.Filled([.. shape.Reverse()], type, elements);
        using var view = reversed.permute([.. Enumerable.Range(0, shape.Length).Reverse().Select(axis => (long)axis)]);
        return view.contiguous();
    }

    private static InvalidDataException Broken(string path, string found) => Refusal.Of(path, $"expected an array of little-endian numbers saved by NumPy, got {found}.");

    [GeneratedRegex(@"^\{'descr': '(?<type>[^']{1,8})', 'fortran_order': (?<order>True|False), 'shape': \((?:(?<size>\d{1,18}),? ?)*\), \}\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Header();
}
