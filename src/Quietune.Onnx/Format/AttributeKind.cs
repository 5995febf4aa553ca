namespace Quietune.Onnx.Format;

/// <summary>What an attribute holds.</summary>
/// <remarks>Source: ONNX specification, <c>AttributeProto.AttributeType</c>.</remarks>
internal enum AttributeKind
{
    None = 0,
    Single = 1,
    Integer = 2,
    Text = 3,
    Tensor = 4,
    Graph = 5,
    Singles = 6,
    Integers = 7,
    Texts = 8,
    Tensors = 9,
    Graphs = 10,
    SparseTensor = 11,
    SparseTensors = 12,
    Type = 13,
    Types = 14,
}
