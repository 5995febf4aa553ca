using Quietune.Onnx.Wire;

namespace Quietune.Onnx.Format;

/// <summary>A tensor as the file stores it: its name, type and shape, and where its elements lie.</summary>
/// <remarks>Source: ONNX specification, <c>TensorProto</c>.</remarks>
internal sealed class StoredTensor
{
    /// <summary>The number of the field that says where external elements lie.</summary>
    public const int ExternalDataField = 13;

    private const int Dimensions = 1;
    private const int DataType = 2;
    private const int Segment = 3;
    private const int NameField = 8;
    private const int RawData = 9;
    private const int DataLocation = 14;

    private static readonly Dictionary<int, ElementType[]> TypedFields = new()
    {
        [4] = [ElementType.Single],
        [5] = [ElementType.Int32, ElementType.Int16, ElementType.Int8, ElementType.UInt16, ElementType.UInt8, ElementType.Bool, ElementType.Float16, ElementType.BFloat16],
        [6] = [ElementType.Text],
        [7] = [ElementType.Int64],
        [10] = [ElementType.Double],
        [11] = [ElementType.UInt32, ElementType.UInt64],
    };

    private StoredTensor(WireMessage message) => Message = message;

    /// <summary>The tensor's message.</summary>
    public WireMessage Message { get; }

    /// <summary>The tensor's name; empty where the file gives none.</summary>
    public string Name { get; private set; } = string.Empty;

    /// <summary>The tensor, as errors name it.</summary>
    public string Place { get; private set; } = string.Empty;

    /// <summary>The element type.</summary>
    public ElementType Type { get; private set; }

    /// <summary>The shape.</summary>
    public long[] Shape { get; private set; } = [];

    /// <summary>The product of the shape.</summary>
    public long ElementCount { get; private set; } = 1;

    /// <summary>Where the elements lie.</summary>
    public StorageForm Form { get; private set; }

    /// <summary>The fields that hold the elements, when the form is raw or typed.</summary>
    public List<WireField> Content { get; } = [];

    /// <summary>The range of another file that holds the elements, when the form is external.</summary>
    public ExternalData? External { get; private set; }

    /// <summary>The entries that describe <see cref="External"/>, by key.</summary>
    public Dictionary<string, (WireMessage Entry, string Value)> ExternalEntries { get; } = [];

    /// <summary>Reads a tensor's description, and checks that its elements are all there.</summary>
    /// <param name="message">The tensor's message.</param>
    /// <param name="place">What to call the tensor in errors, made from its name.</param>
    /// <exception cref="InvalidDataException">The shape lies, or the tensor is stored in a way that cannot be read.</exception>
    public static StoredTensor Read(WireMessage message, Func<string, string> place)
    {
        var tensor = new StoredTensor(message);
        var shape = new List<long>();
        var isExternal = false;
        var hasSegment = false;
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case Dimensions:
                    message.AppendIntegers(field, shape);
                    break;
                case DataType:
                    tensor.Type = (ElementType)(int)message.Integer(field);
                    break;
                case Segment:
                    hasSegment = true;
                    break;
                case NameField:
                    tensor.Name = message.Text(field);
                    break;
                case DataLocation:
                    isExternal = message.Integer(field) == 1;
                    break;
                case ExternalDataField:
                    var entry = message.Message(field);
                    var (key, value) = TextEntry.Read(entry);
                    tensor.ExternalEntries[key] = (entry, value);
                    break;
                case RawData or 4 or 5 or 6 or 7 or 10 or 11:
                    tensor.Content.Add(field);
                    break;
            }
        }

        tensor.Place = place(tensor.Name);
        tensor.Shape = [.. shape];
        tensor.Content.RemoveAll(field => field.Kind == WireKind.Bytes && field.Length == 0 && field.Number != 6);
        tensor.Check(!hasSegment, "a tensor in one piece", "a segment of one");
        tensor.CountElements();
        tensor.FindContent(isExternal);
        return tensor;
    }

    /// <summary>An error about this tensor.</summary>
    public InvalidDataException Wrong(string expected, string got) => Refusal.Of(Message.Path, $"{Place}: expected {expected}, got {got}.");

    private void CountElements()
    {
        Check(Shape.All(size => size >= 0), "a shape without negative sizes", Shapes.Text(Shape));
        try
        {
            // Axes of no elements count as one, since torch counts their strides so.
            _ = Shape.Aggregate((long)sizeof(double), (product, size) => checked(product * Math.Max(size, 1)));
            ElementCount = Shape.Aggregate(1L, (product, size) => product * size);
        }
        catch (OverflowException)
        {
            throw Wrong("a shape whose elements can be counted", Shapes.Text(Shape));
        }
    }

    private void FindContent(bool isExternal)
    {
        if (Type.ByteCount == 0)
        {
            return;
        }

        var byteCount = ElementCount * Type.ByteCount;
        Check(byteCount <= Array.MaxLength, $"at most {Array.MaxLength} bytes for shape {Shapes.Text(Shape)} of {Type.Word}", $"{byteCount}");
        if (isExternal)
        {
            Check(Content.Count == 0, "its elements in another file", "some in the model as well");
            External = ExternalData.Locate(Message.Path, Place, ExternalEntries.ToDictionary(entry => entry.Key, entry => entry.Value.Value), byteCount);
            Form = StorageForm.External;
            return;
        }

        var numbers = Content.Select(field => field.Number).Distinct().ToList();
        Check(numbers.Count <= 1, "its elements in one field", $"some in each of the fields {string.Join(", ", numbers)}");
        if (numbers.Count == 0)
        {
            Check(ElementCount == 0, $"{ElementCount} elements of {Type.Word} for shape {Shapes.Text(Shape)}", "none");
            Form = StorageForm.Empty;
        }
        else if (numbers[0] == RawData)
        {
            Check(Content.Count == 1, "its raw bytes once", $"them {Content.Count} times");
            var found = Message.Bytes(Content[0]).Length;
            Check(found == byteCount, $"{byteCount} bytes for shape {Shapes.Text(Shape)} of {Type.Word}", $"{found}");
            Form = StorageForm.Raw;
        }
        else
        {
            Check(TypedFields[numbers[0]].Contains(Type), $"elements of {Type.Word}", $"those of {TypedFields[numbers[0]][0].Word}");
            var found = Content.Sum(field => TypedContent.Count(Message, field, this));
            Check(found == ElementCount, $"{ElementCount} elements for shape {Shapes.Text(Shape)}", $"{found}");
            Form = StorageForm.Typed;
        }

    }

    private void Check(bool condition, string expected, string got)
    {
        if (!condition)
        {
            throw Wrong(expected, got);
        }
    }
}
