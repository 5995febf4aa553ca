using static TorchSharp.torch;

namespace Quietune.Onnx.Factors;

/// <summary>What a few runs on public rows show of a graph: the shapes of its values, and where in each of them the rows lie.</summary>
/// <remarks>
/// An axis whose size grows with the number of rows holds them. Where it holds something else too, such as heads or positions, the
/// elements that move when one row is exchanged tell how both are folded together.
/// </remarks>
internal sealed class ProbedGraph
{
    private ProbedGraph(bool isBatched, GraphProbe probe)
    {
        IsBatched = isBatched;
        Shapes = probe.Shapes;
        Floating = [.. probe.Values.Where(pair => pair.Value.is_floating_point()).Select(pair => pair.Key)];
    }

    /// <summary>Whether the graph takes any number of rows at once; otherwise it takes one.</summary>
    public bool IsBatched { get; }

    /// <summary>The shapes by value name, for two rows, or for one where the graph takes no more.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>Where the rows lie, by value name; values without rows are missing.</summary>
    public Dictionary<string, RowLayout> Layouts { get; } = [];

    /// <summary>Bytes of all values that nodes make of a row.</summary>
    public long BytesPerRow { get; private set; }

    /// <summary>Bytes of the largest value that a node makes of a row.</summary>
    public long LargestBytesPerRow { get; private set; }

    /// <summary>The names of the values that are floats.</summary>
    public HashSet<string> Floating { get; }

    /// <summary>Runs a graph on public rows.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="rows">Some public rows as the graph's inputs; one or more.</param>
    /// <param name="output">The value that must have one entry a row.</param>
    /// <exception cref="InvalidDataException">The graph can run on neither several rows nor one.</exception>
    public static ProbedGraph Of(OnnxGraph graph, IReadOnlyList<Tensor> rows, string output)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        try
        {
            var two = Run(0, 1);
            var three = Run(0, 1, 2);
            if (two.Shapes[output] is [2, ..] && three.Shapes[output] is [3, ..])
            {
                var found = new ProbedGraph(isBatched: true, two) { BytesPerRow = three.MadeBytes - two.MadeBytes, LargestBytesPerRow = three.LargestBytes / 3 };
                found.FindLayouts(two.Shapes, three.Shapes, new(() => [(two, Run(2, 1), 0), (two, Run(0, 2), 1)]));
                return found;
            }
        }
        catch (InvalidDataException) when (graph.Inputs.All(input => input.Shape is not [{ Size: > 1 }, ..]))
        {
            // Shapes made for one row do not fit two; one is tried next, and says what is wrong if it fails too.
        }
        catch (InvalidDataException error)
        {
            var input = graph.Inputs.First(input => input.Shape is [{ Size: > 1 }, ..]);
            throw Refusal.Of(graph.Path, $"expected a graph that takes any number of rows, or one, but input '{input.Name}' {input.ShapeText} fixes {input.Shape![0]} of them, and two do not go through; export the model with a free first axis.", error);
        }

        var one = Run(0);
        return new(isBatched: false, one) { BytesPerRow = one.MadeBytes, LargestBytesPerRow = one.LargestBytes };

        GraphProbe Run(params long[] chosen)
        {
            var probe = new GraphProbe(graph);
            var inputs = graph.Inputs.Zip(rows).ToDictionary(
                pair => pair.First.Name, pair => pair.Second.index_select(0, tensor([.. chosen.Select(row => row % pair.Second.shape[0])])));
            var outputs = graph.Run(inputs, new Dictionary<string, Tensor>(), probe, [output], anyRowCount: chosen.Length > 1);
            foreach (var (name, value) in inputs.Concat(outputs))
            {
                probe.Shapes[name] = value.shape;
                probe.Values[name] = value;
            }

            return probe;
        }
    }

    private void FindLayouts(Dictionary<string, long[]> two, Dictionary<string, long[]> three, Lazy<(GraphProbe Before, GraphProbe After, long Row)[]> exchanges)
    {
        foreach (var (name, shape) in two)
        {
            var larger = three[name];
            var axes = shape.Length == larger.Length ? Enumerable.Range(0, shape.Length).Where(i => shape[i] != larger[i]).ToList() : [];
            if (axes is not [var axis] || shape[axis] % 2 != 0 || larger[axis] * 2 != shape[axis] * 3)
            {
                continue;
            }

            var each = shape[axis] / 2;
            Layouts[name] = each == 1 ? new(axis) : Folded(name, axis, each, exchanges.Value);
        }
    }

    private static RowLayout Folded(string name, int axis, long each, (GraphProbe Before, GraphProbe After, long Row)[] exchanges)
    {
        var moved = exchanges.SelectMany(exchange => Moved(exchange.Before.Values[name], exchange.After.Values[name], axis).Select(place => (place, exchange.Row))).ToList();
        var inner = Enumerable.Range(1, (int)each).Select(size => (long)size).Where(size => each % size == 0).OrderByDescending(size => size == each).ThenBy(size => size)
            .FirstOrDefault(size => moved.All(change => change.place / size % 2 == change.Row), each);
        return inner == each ? new(axis) : new(axis, inner);
    }

    private static long[] Moved(Tensor before, Tensor after, int axis)
    {
        var changes = before.ne(after);
        var others = Enumerable.Range(0, (int)before.dim()).Where(i => i != axis).Select(i => (long)i).ToArray();
        return (others.Length == 0 ? changes : changes.to_type(ScalarType.Int64).sum(others).ne(0)).nonzero().squeeze(1).data<long>().ToArray();
    }
}
