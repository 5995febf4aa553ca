using Quietune.Onnx.Format;
using Quietune.Onnx.Wire;

namespace Quietune.Onnx;

/// <summary>An ONNX file: the graph it holds, and the bytes it came from.</summary>
/// <remarks>
/// The file is read as hostile: nothing is allocated by a size that the bytes present do not bear out, and data outside
/// the file is confined to the file's folder. Source: ONNX specification, "Open Neural Network Exchange Intermediate
/// Representation", operator sets 7 to 26.
/// </remarks>
public sealed partial class OnnxModelFile : IDisposable
{
    /// <summary>The oldest version of ONNX's operators that is read.</summary>
    public const long OldestOperatorSet = 7;

    /// <summary>The newest version of ONNX's operators that is read.</summary>
    public const long NewestOperatorSet = 26;

    private readonly byte[] file;
    private readonly WireMessage message;

    private OnnxModelFile(string path, byte[] file)
    {
        Path = path;
        this.file = file;
        message = new WireMessage(file, path);
        var metadata = new Dictionary<string, string>();
        var operatorSets = new Dictionary<string, long>();
        var functions = new Dictionary<(string, string, string), FunctionBody>();
        WireMessage? graph = null;
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 1:
                    IrVersion = message.Integer(field);
                    break;
                case 2:
                    ProducerName = message.Text(field);
                    break;
                case 7:
                    graph = graph is null ? message.Message(field) : throw message.Broken(field.Start, "a second graph");
                    break;
                case 8:
                    OperatorSetEntry.Read(message.Message(field), operatorSets);
                    break;
                case 14:
                    var (key, value) = TextEntry.Read(message.Message(field));
                    metadata[key] = value;
                    break;
                case 25:
                    var function = FunctionBody.Read(message.Message(field));
                    functions[function.Key] = function;
                    break;
            }
        }

        Metadata = metadata;
        OperatorSets = operatorSets;
        var version = operatorSets.GetValueOrDefault(string.Empty);
        if (graph is null || IrVersion <= 0)
        {
            throw Refusal.Of(path, $"expected an ONNX model, got a file of {file.Length} bytes without a graph or a format version.");
        }

        if (version is < OldestOperatorSet or > NewestOperatorSet)
        {
            throw Refusal.Of(path, $"expected ONNX operators of version {OldestOperatorSet} to {NewestOperatorSet}, got {(version == 0 ? "none" : version)}.");
        }

        Graph = new OnnxGraph(path, new GraphReader(path, functions).Graph(graph, new NameScope(operatorSets)));
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The version of the file format.</summary>
    public long IrVersion { get; }

    /// <summary>The program that wrote the file; may be empty.</summary>
    public string ProducerName { get; } = string.Empty;

    /// <summary>The imported version of each domain of operators; ONNX's own has the empty name.</summary>
    public IReadOnlyDictionary<string, long> OperatorSets { get; }

    /// <summary>Texts that the file carries about itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The graph.</summary>
    public OnnxGraph Graph { get; }

    /// <summary>The graph's constants by name.</summary>
    public IReadOnlyDictionary<string, OnnxInitializer> Initializers => Graph.Initializers;

    /// <summary>The files that the model is made of: itself, then its external data.</summary>
    public IReadOnlyList<string> Files =>
        [Path, .. ExternalTensors().Select(tensor => tensor.External!.Path).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Reads a model.</summary>
    /// <exception cref="FileNotFoundException">The file, or one that it keeps data in, does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no ONNX model, lies about its content, or uses what is not supported; one sentence says what.</exception>
    public static OnnxModelFile Load(string path)
    {
        var found = new FileInfo(path);
        if (!found.Exists)
        {
            throw Refusal.OfMissing(path, $"expected an ONNX model, but there is no such file.", path);
        }

        return found.Length <= Array.MaxLength
            ? new OnnxModelFile(path, File.ReadAllBytes(path))
            : throw Refusal.Of(path, $"expected an ONNX model of at most {Array.MaxLength} bytes (larger ones keep their data in other files), got {found.Length}.");
    }

    /// <summary>Disposes the tensors that the graph keeps.</summary>
    public void Dispose() => Graph.Dispose();

    /// <summary>All tensors kept in other files, wherever in the model they are.</summary>
    private IEnumerable<StoredTensor> ExternalTensors() => Tensors(Graph.Body).Where(tensor => tensor.External is not null);

    private static IEnumerable<StoredTensor> Tensors(GraphBody body) =>
        body.Initializers.Values.Select(initializer => initializer.Stored).Concat(body.Nodes.SelectMany(node => node.Attributes.Values)
            .SelectMany(attribute => attribute.Tensors.Concat(attribute.Graphs.SelectMany(Tensors))));
}
