using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Building;

/// <summary>Runs models in ONNX Runtime, the implementation that ours is compared with.</summary>
internal static class Runtime
{
    /// <summary>The model's outputs in its order.</summary>
    public static List<Tensor> Run(byte[] model, IReadOnlyDictionary<string, Tensor> inputs) => Run(options => new InferenceSession(model, options), inputs);

    /// <summary>The outputs of the model in a file, which may keep data in other files.</summary>
    public static List<Tensor> Run(string path, IReadOnlyDictionary<string, Tensor> inputs) => Run(options => new InferenceSession(path, options), inputs);

    private static List<Tensor> Run(Func<SessionOptions, InferenceSession> open, IReadOnlyDictionary<string, Tensor> inputs)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        using var session = open(options);
        using var run = new RunOptions();
        var values = inputs.ToDictionary(input => input.Key, input => ToRuntime(input.Value));
        using var outputs = session.Run(run, values, session.OutputNames);
        var tensors = outputs.Select(FromRuntime).ToList();
        foreach (var value in values.Values)
        {
            value.Dispose();
        }

        return tensors;
    }

    private static OrtValue ToRuntime(Tensor tensor)
    {
        var type = Enum.Parse<Microsoft.ML.OnnxRuntime.Tensors.TensorElementType>(tensor.dtype switch
        {
            ScalarType.Float32 => "Float",
            ScalarType.Float64 => "Double",
            ScalarType.Byte => "UInt8",
            var other => other.ToString(),
        });
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, tensor.shape);
        tensor.contiguous().bytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static Tensor FromRuntime(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var type = info.ElementDataType.ToString() switch
        {
            "Float" => ScalarType.Float32,
            "Double" => ScalarType.Float64,
            "UInt8" => ScalarType.Byte,
            var other => Enum.Parse<ScalarType>(other),
        };
        var tensor = empty(info.Shape, type);
        value.GetTensorMutableRawData().CopyTo(tensor.bytes);
        return tensor;
    }
}
