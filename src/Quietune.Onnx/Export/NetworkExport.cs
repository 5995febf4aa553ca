using Quietune.Onnx.Wire;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Quietune.Onnx.Export;

/// <summary>Writes a chain of layers as an ONNX file, so that one can start from nothing: the networks that pretraining makes.</summary>
/// <remarks>Field numbers: onnx.proto of ONNX 1.12 (IR version 8); operators of opset 17. The first axis is free.</remarks>
public static class NetworkExport
{
    private const int IrVersion = 8;
    private const int Opset = 17;
    private const int ElementFloat = 1;

    /// <summary>The bytes of a model file with one input <c>input</c> [batch, …] and one output <c>output</c>.</summary>
    /// <param name="network">Linear, Conv2d, MaxPool2d, Flatten, ReLU, Tanh and Dropout layers, one after another; float32.</param>
    /// <param name="inputShape">The shape of one row.</param>
    /// <exception cref="NotSupportedException">A layer is of another kind.</exception>
    public static byte[] Of(Sequential network, IReadOnlyList<int> inputShape)
    {
        var graph = new WireWriter();
        var initializers = new List<(string Name, Tensor Value)>();
        var layers = network.named_children().Where(child => child.module is not Dropout).ToList();
        var current = "input";
        foreach (var (i, (name, layer)) in layers.Index())
        {
            var output = i + 1 == layers.Count ? "output" : name;
            var from = current;
            graph.Message(1, node => Layer(node, name, layer, from, output, initializers));
            current = output;
        }

        graph.Text(2, "network");
        foreach (var (name, value) in initializers)
        {
            graph.Message(5, tensor => tensor.Packed(1, value.shape).Number(2, ElementFloat).Text(8, name).Bytes(9, value.detach().cpu().contiguous().bytes));
        }

        graph.Message(11, input => Value(input, "input", [.. inputShape.Select(size => (long)size)]));
        graph.Message(12, output => Value(output, "output", [Classes(layers)]));
        return new WireWriter().Number(1, IrVersion).Text(2, "quietune").Bytes(7, graph.ToArray())
            .Message(8, set => set.Text(1, string.Empty).Number(2, Opset)).ToArray();
    }

    private static void Layer(WireWriter node, string name, nn.Module layer, string from, string output, List<(string Name, Tensor Value)> initializers)
    {
        switch (layer)
        {
            case Linear linear:
                Node("Gemm", Weights(linear.weight, linear.bias));
                Whole("transB", 1);
                break;
            case Conv2d convolution when convolution.padding is { } padding:
                Node("Conv", Weights(convolution.weight, convolution.bias));
                Wholes("strides", convolution.stride);
                Wholes("pads", [.. padding, .. padding]);
                Wholes("dilations", convolution.dilation);
                Whole("group", convolution.groups);
                break;
            case MaxPool2d pool:
                Node("MaxPool", []);
                Wholes("kernel_shape", pool.kernel_size);
                Wholes("strides", pool.stride ?? pool.kernel_size);
                break;
            case Flatten:
                Node("Flatten", []);
                Whole("axis", 1);
                break;
            case ReLU:
                Node("Relu", []);
                break;
            case Tanh:
                Node("Tanh", []);
                break;
            default:
                throw new NotSupportedException($"{name}: expected a linear, convolution, pooling, flatten or activation layer, got {layer.GetName()}.");
        }

        void Node(string kind, IReadOnlyList<string> weights)
        {
            node.Text(1, from);
            foreach (var weight in weights)
            {
                node.Text(1, weight);
            }

            node.Text(2, output).Text(3, name).Text(4, kind);
        }

        void Whole(string attribute, long value) => node.Message(5, message => message.Text(1, attribute).Number(3, value).Number(20, 2));

        void Wholes(string attribute, long[] values) => node.Message(5, message => message.Text(1, attribute).Packed(8, values).Number(20, 7));

        List<string> Weights(Tensor weight, Tensor? bias)
        {
            List<(string Name, Tensor Value)> mine = [($"{name}.weight", weight)];
            if (bias is not null)
            {
                mine.Add(($"{name}.bias", bias));
            }

            initializers.AddRange(mine);
            return [.. mine.Select(entry => entry.Name)];
        }
    }

    private static long Classes(List<(string Name, nn.Module Module)> layers) =>
        layers.Select(layer => layer.Module).OfType<Linear>().LastOrDefault()?.weight.shape[0]
        ?? throw new NotSupportedException("Expected a network that ends in a linear layer.");

    private static void Value(WireWriter writer, string name, long[] row) =>
        writer.Text(1, name).Message(2, holder => holder.Message(1, type => type.Number(1, ElementFloat).Message(2, dimensions =>
        {
            dimensions.Message(1, dimension => dimension.Text(2, "batch"));
            foreach (var size in row)
            {
                dimensions.Message(1, dimension => dimension.Number(1, size));
            }
        })));
}
