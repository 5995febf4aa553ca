using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Quietune.Onnx.Serving;

/// <summary>A model loaded in ONNX Runtime, on the processor.</summary>
internal sealed class RuntimeSession : IDisposable
{
    private static readonly Dictionary<ScalarType, TensorElementType> Types = new()
    {
        [ScalarType.Float32] = TensorElementType.Float,
        [ScalarType.Float64] = TensorElementType.Double,
        [ScalarType.Float16] = TensorElementType.Float16,
        [ScalarType.BFloat16] = TensorElementType.BFloat16,
        [ScalarType.Int64] = TensorElementType.Int64,
        [ScalarType.Int32] = TensorElementType.Int32,
        [ScalarType.Int16] = TensorElementType.Int16,
        [ScalarType.Int8] = TensorElementType.Int8,
        [ScalarType.Byte] = TensorElementType.UInt8,
        [ScalarType.Bool] = TensorElementType.Bool,
    };

    private readonly string path;
    private readonly SessionOptions options;
    private readonly InferenceSession session;

    /// <summary>Loads a model.</summary>
    /// <exception cref="InvalidDataException">ONNX Runtime does not take it.</exception>
    public RuntimeSession(string path)
    {
        this.path = path;
        options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        session = Guarded(() => new InferenceSession(path, options));
    }

    /// <summary>The float outputs by name; the caller disposes.</summary>
    /// <exception cref="InvalidDataException">ONNX Runtime cannot run the model on these inputs.</exception>
    public Dictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs) => Guarded(() =>
    {
        var values = inputs.ToDictionary(input => input.Key, input => Value(input.Value));
        try
        {
            using var run = new RunOptions();
            using var outputs = session.Run(run, values, session.OutputNames);
            return session.OutputNames.Zip(outputs).Where(pair => pair.Second.IsTensor && IsFloat(pair.Second)).ToDictionary(pair => pair.First, pair => Tensor(pair.Second));
        }
        finally
        {
            foreach (var value in values.Values)
            {
                value.Dispose();
            }
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        options.Dispose();
    }

    private static OrtValue Value(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Types[tensor.dtype], tensor.shape);
        tensor.detach().cpu().contiguous().bytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static bool IsFloat(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType is TensorElementType.Float or TensorElementType.Double or TensorElementType.Float16 or TensorElementType.BFloat16;

    private static Tensor Tensor(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var tensor = empty(info.Shape, Types.First(pair => pair.Value == info.ElementDataType).Key);
        value.GetTensorMutableRawData().CopyTo(tensor.bytes);
        return tensor;
    }

    private T Guarded<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (OnnxRuntimeException error)
        {
            throw Refusal.Of(path, $"expected a model that ONNX Runtime takes, got from it: {error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}.", error);
        }
    }
}
