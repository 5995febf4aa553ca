using Quietune.Onnx.Wire;

namespace Quietune.Onnx.Format;

/// <summary>Reads the declaration of an input or output.</summary>
/// <remarks>Source: ONNX specification, <c>ValueInfoProto</c>, <c>TypeProto</c>, <c>TensorShapeProto</c>.</remarks>
internal static class ValueReader
{
    /// <summary>Reads a declaration.</summary>
    public static OnnxValue Read(WireMessage message, NameScope scope)
    {
        var (name, type, shape) = (string.Empty, ElementType.None, (List<OnnxDimension>?)null);
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 1:
                    name = scope.Resolve(message.Text(field));
                    break;
                case 2:
                    (type, shape) = TensorType(message.Message(field));
                    break;
            }
        }

        return new OnnxValue(name, type, shape);
    }

    private static (ElementType Type, List<OnnxDimension>? Shape) TensorType(WireMessage message)
    {
        var (type, shape) = (ElementType.None, (List<OnnxDimension>?)null);
        foreach (var field in message.Fields().Where(field => field.Number == 1))
        {
            var tensor = message.Message(field);
            foreach (var part in tensor.Fields())
            {
                switch (part.Number)
                {
                    case 1:
                        type = (ElementType)(int)tensor.Integer(part);
                        break;
                    case 2:
                        var dimensions = tensor.Message(part);
                        shape = [.. dimensions.Fields().Where(dimension => dimension.Number == 1).Select(dimension => Dimension(dimensions.Message(dimension)))];
                        break;
                }
            }
        }

        return (type, shape);
    }

    private static OnnxDimension Dimension(WireMessage message)
    {
        var dimension = default(OnnxDimension);
        foreach (var field in message.Fields())
        {
            dimension = field.Number switch
            {
                1 when message.Integer(field) > 0 => new OnnxDimension(message.Integer(field), null),
                2 when field.Length > 0 => new OnnxDimension(null, message.Text(field)),
                _ => dimension,
            };
        }

        return dimension;
    }
}
