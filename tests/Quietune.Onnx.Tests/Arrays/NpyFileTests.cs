using System.Text;
using Quietune.Onnx.Arrays;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Arrays;

public sealed class NpyFileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Read_RowsFirst_GivesElementsInOrder()
    {
        Write("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", BitConverterBytes(1f, 2, 3, 4, 5, 6));
        using var array = NpyFile.Read(path);
        Assert.Equal([2, 3], array.shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], array.data<float>().ToArray());
    }

    [Fact]
    public void Read_ColumnsFirst_IsTransposed()
    {
        Write("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", BitConverterBytes(1f, 4, 2, 5, 3, 6));
        using var array = NpyFile.Read(path);
        Assert.Equal([1, 2, 3, 4, 5, 6], array.contiguous().data<float>().ToArray());
    }

    [Theory]
    [InlineData("()", 1, 0)]
    [InlineData("(2,)", 2, 1)]
    public void Read_FewAxes_HasTheirShape(string shape, int count, int rank)
    {
        Write($"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}", new byte[count]);
        using var array = NpyFile.Read(path);
        Assert.Equal(rank, array.dim());
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 4)]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,), }", 4)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 7)]
    [InlineData("{'shape': (2,)}", 8)]
    public void Read_LyingHeader_IsRefusedByName(string header, int bytes)
    {
        Write(header, new byte[bytes]);
        Assert.StartsWith($"{path}: expected an array", Assert.Throws<InvalidDataException>(() => NpyFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CutOffHeader_IsRefused()
    {
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, 0xff, 0xff, 1, 2]);
        Assert.Throws<InvalidDataException>(() => NpyFile.Read(path));
    }

    private static byte[] BitConverterBytes(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private void Write(string header, byte[] content)
    {
        var text = Encoding.ASCII.GetBytes(header.PadRight(117) + "\n");
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. content]);
    }
}
