using Quietune.Onnx.Wire;

namespace Quietune.Onnx.Format;

/// <summary>An operator that the model defines itself, by nodes.</summary>
/// <remarks>Source: ONNX specification, <c>FunctionProto</c>.</remarks>
internal sealed class FunctionBody
{
    private FunctionBody(WireMessage message) => Message = message;

    /// <summary>The function's message, which owns the nodes.</summary>
    public WireMessage Message { get; }

    /// <summary>Domain, name and overload: what a node calls it by.</summary>
    public (string Domain, string Name, string Overload) Key { get; private set; }

    /// <summary>The names of its inputs.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>The names of its outputs.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>The nodes.</summary>
    public List<WireField> Nodes { get; } = [];

    /// <summary>The attributes that have a default.</summary>
    public List<WireField> Defaults { get; } = [];

    /// <summary>The operator sets its nodes use.</summary>
    public Dictionary<string, long> OperatorSets { get; } = [];

    /// <summary>Reads all but the nodes.</summary>
    public static FunctionBody Read(WireMessage message)
    {
        var function = new FunctionBody(message);
        var (domain, name, overload) = (string.Empty, string.Empty, string.Empty);
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 1:
                    name = message.Text(field);
                    break;
                case 4:
                    function.Inputs.Add(message.Text(field));
                    break;
                case 5:
                    function.Outputs.Add(message.Text(field));
                    break;
                case 7:
                    function.Nodes.Add(field);
                    break;
                case 9:
                    OperatorSetEntry.Read(message.Message(field), function.OperatorSets);
                    break;
                case 10:
                    domain = OperatorSetEntry.Canonical(message.Text(field));
                    break;
                case 11:
                    function.Defaults.Add(field);
                    break;
                case 13:
                    overload = message.Text(field);
                    break;
            }
        }

        function.Key = (domain, name, overload);
        return function;
    }
}
