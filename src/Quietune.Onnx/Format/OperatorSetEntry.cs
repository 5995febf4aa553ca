using Quietune.Onnx.Wire;

namespace Quietune.Onnx.Format;

/// <summary>A domain and the version of its operators that is imported.</summary>
/// <remarks>Source: ONNX specification, <c>OperatorSetIdProto</c>.</remarks>
internal static class OperatorSetEntry
{
    /// <summary>Adds an entry to <paramref name="operatorSets"/>.</summary>
    public static void Read(WireMessage message, Dictionary<string, long> operatorSets)
    {
        var (domain, version) = (string.Empty, 0L);
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 1:
                    domain = Canonical(message.Text(field));
                    break;
                case 2:
                    version = message.Integer(field);
                    break;
            }
        }

        operatorSets[domain] = version;
    }

    /// <summary>ONNX's own domain has two spellings; the empty one is kept.</summary>
    public static string Canonical(string domain) => domain == "ai.onnx" ? string.Empty : domain;
}
