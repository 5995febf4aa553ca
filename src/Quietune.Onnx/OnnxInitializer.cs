using Quietune.Onnx.Format;
using static TorchSharp.torch;

namespace Quietune.Onnx;

/// <summary>A named constant tensor of a graph: a weight, a bias, a statistic, or a number that shapes are made from.</summary>
public sealed class OnnxInitializer
{
    internal OnnxInitializer(StoredTensor stored, NameScope scope)
    {
        Stored = stored;
        Name = scope.Resolve(stored.Name);
    }

    /// <summary>The name, unique in its graph.</summary>
    public string Name { get; }

    /// <summary>The element type in the file.</summary>
    public ElementType ElementType => Stored.Type;

    /// <summary>The shape.</summary>
    public IReadOnlyList<long> Shape => Stored.Shape;

    /// <summary>The number of elements.</summary>
    public long ElementCount => Stored.ElementCount;

    /// <summary>Whether the element type is a float, so that gradients exist.</summary>
    public bool IsFloating => ElementType.IsFloating;

    /// <summary>The file that holds the elements when it is not the model file, or null.</summary>
    public string? ExternalPath => Stored.External?.Path;

    internal StoredTensor Stored { get; }

    /// <summary>The elements as a new tensor on the CPU, in the file's element type where torch has it; the caller disposes.</summary>
    /// <exception cref="InvalidDataException">The element type is not one that is computed with, such as text.</exception>
    public Tensor ToTensor() => TensorContent.Read(Stored);
}
