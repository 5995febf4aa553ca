using Quietune.Onnx.Tests.Building;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Format;

/// <summary>Models that keep their weights in another file.</summary>
internal static class ExternalModels
{
    /// <summary>A linear model with its weight and bias in <c>weights.bin</c>, the bias first.</summary>
    public static (string Path, ModelBuilder Model) Write(TemporaryFolder folder)
    {
        var model = new ModelBuilder(13).Input("x", 2, 3).Weight("w", 3, 4).Weight("b", 4).Node("MatMul", "x w", "m").Node("Add", "m b", "y");
        byte[] data = [.. model.Initializers["b"].bytes, .. new byte[48], .. model.Initializers["w"].bytes];
        folder.Write("weights.bin", data);
        return (folder.Write("in.onnx", Bytes(model, [("w", "weights.bin", "64", "48"), ("b", "weights.bin", null, null)])), model);
    }

    /// <summary>The model with some initializers described as external.</summary>
    public static byte[] Bytes(ModelBuilder model, params (string Name, string Location, string? Offset, string? Length)[] external)
    {
        var values = new Dictionary<string, Tensor>(model.Initializers);
        foreach (var (name, _, _, _) in external)
        {
            model.Initializers.Remove(name);
        }

        model.InGraph(graph =>
        {
            foreach (var (name, location, offset, length) in external)
            {
                graph.Message(5, tensor =>
                {
                    tensor.Packed(1, values[name].shape).Number(2, (int)TensorProto.TypeOf(values[name])).Text(8, name).Number(14, 1);
                    foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length), ("checksum", "0123") })
                    {
                        if (value is not null)
                        {
                            tensor.Message(13, entry => entry.Text(1, key).Text(2, value));
                        }
                    }
                });
            }
        });
        var bytes = model.ToArray();
        foreach (var (name, _, _, _) in external)
        {
            model.Initializers[name] = values[name];
        }

        return bytes;
    }
}
