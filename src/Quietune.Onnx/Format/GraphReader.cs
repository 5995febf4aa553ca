using Quietune.Onnx.Wire;

namespace Quietune.Onnx.Format;

/// <summary>Reads graphs, nodes and attributes, and puts a function's nodes in the place of its call.</summary>
/// <remarks>Source: ONNX specification, <c>GraphProto</c>, <c>NodeProto</c>, <c>AttributeProto</c>, <c>FunctionProto</c>.</remarks>
/// <param name="path">The file, as errors name it.</param>
/// <param name="functions">The operators that the model defines itself.</param>
internal sealed class GraphReader(string path, IReadOnlyDictionary<(string Domain, string Name, string Overload), FunctionBody> functions)
{
    private const int DeepestCall = 32;
    private const int MostNodes = 1_000_000;

    private int nodeCount;

    /// <summary>Reads a graph or subgraph.</summary>
    /// <exception cref="InvalidDataException">The graph is malformed, cyclic, or uses what cannot be read.</exception>
    public GraphBody Graph(WireMessage message, NameScope scope)
    {
        var nodes = new List<OnnxNode>();
        var (inputs, outputs) = (new List<OnnxValue>(), new List<OnnxValue>());
        var initializers = new List<OnnxInitializer>();
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 1:
                    AddNode(message.Message(field), scope, nodes);
                    break;
                case 5:
                    initializers.Add(new OnnxInitializer(StoredTensor.Read(message.Message(field), name => $"initializer '{name}'"), scope));
                    break;
                case 11:
                    inputs.Add(ValueReader.Read(message.Message(field), scope));
                    break;
                case 12:
                    outputs.Add(ValueReader.Read(message.Message(field), scope));
                    break;
                case 15:
                    throw Refusal.Of(path, $"expected dense initializers, got a sparse one at byte {field.Start}.");
            }
        }

        var constants = initializers.Select(initializer => initializer.Name).ToHashSet();
        return new GraphBody(path, nodes, [.. inputs.Where(input => !constants.Contains(input.Name))], outputs, initializers);
    }

    private void AddNode(WireMessage message, NameScope scope, List<OnnxNode> target)
    {
        var (inputs, outputs, attributes) = (new List<string>(), new List<string>(), new List<WireField>());
        var (name, type, domain, overload) = (string.Empty, string.Empty, string.Empty, string.Empty);
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 1:
                    inputs.Add(scope.Resolve(message.Text(field)));
                    break;
                case 2:
                    outputs.Add(scope.Resolve(message.Text(field)));
                    break;
                case 3:
                    name = scope.Prefix + message.Text(field);
                    break;
                case 4:
                    type = message.Text(field);
                    break;
                case 5:
                    attributes.Add(field);
                    break;
                case 7:
                    domain = OperatorSetEntry.Canonical(message.Text(field));
                    break;
                case 8:
                    overload = message.Text(field);
                    break;
            }
        }

        var place = $"node {(name.Length > 0 ? $"'{name}'" : $"#{nodeCount}")} ({type})";
        if (++nodeCount > MostNodes)
        {
            throw Refusal.Of(path, $"expected at most {MostNodes} nodes, got more at {place}.");
        }

        var values = Attributes(message, attributes, scope, place);
        if (functions.TryGetValue((domain, type, overload), out var function))
        {
            AddCall(function, place, scope, inputs, outputs, values, target);
            return;
        }

        var version = scope.OperatorSets.GetValueOrDefault(domain);
        target.Add(new OnnxNode(name, nodeCount - 1, type, domain, version, [.. inputs], [.. outputs], values));
    }

    private void AddCall(FunctionBody function, string place, NameScope caller, List<string> inputs, List<string> outputs, Dictionary<string, OnnxAttribute> attributes, List<OnnxNode> target)
    {
        if (caller.Depth >= DeepestCall || inputs.Count > function.Inputs.Count || outputs.Count > function.Outputs.Count)
        {
            throw Refusal.Of(path, $"{place}: expected a call of at most {function.Inputs.Count} inputs, {function.Outputs.Count} outputs and {DeepestCall} calls inside each other, got {inputs.Count}, {outputs.Count} and {caller.Depth + 1}.");
        }

        var prefix = $"{caller.Prefix}{function.Key.Name}:{nodeCount}/";
        var names = new Dictionary<string, string>();
        for (var i = 0; i < function.Inputs.Count; i++)
        {
            names[function.Inputs[i]] = i < inputs.Count ? inputs[i] : string.Empty;
        }

        var passed = new List<(string From, string To)>();
        for (var i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Length > 0 && !names.TryAdd(function.Outputs[i], outputs[i]))
            {
                passed.Add((names[function.Outputs[i]], outputs[i]));
            }
        }

        var defaults = Attributes(function.Message, function.Defaults, caller with { Attributes = new Dictionary<string, OnnxAttribute>() }, place);
        var scope = new NameScope(function.OperatorSets)
        {
            Prefix = prefix,
            Names = names,
            Attributes = defaults.Concat(attributes).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value),
            Depth = caller.Depth + 1,
        };
        foreach (var node in function.Nodes)
        {
            AddNode(function.Message.Message(node), scope, target);
        }

        foreach (var (from, to) in passed)
        {
            target.Add(new OnnxNode(prefix + to, nodeCount, "Identity", string.Empty, OnnxModelFile.NewestOperatorSet, [from], [to], new Dictionary<string, OnnxAttribute>()));
        }
    }

    private Dictionary<string, OnnxAttribute> Attributes(WireMessage message, List<WireField> fields, NameScope scope, string place)
    {
        var attributes = new Dictionary<string, OnnxAttribute>();
        foreach (var field in fields)
        {
            if (Attribute(message.Message(field), scope, place) is { } attribute && !attributes.TryAdd(attribute.Name, attribute))
            {
                throw Refusal.Of(path, $"{place}: expected attribute '{attribute.Name}' once, got it twice.");
            }
        }

        return attributes;
    }

    private OnnxAttribute? Attribute(WireMessage message, NameScope scope, string place)
    {
        var (name, kind, reference) = (string.Empty, AttributeKind.None, string.Empty);
        var (single, integer, text) = (0f, 0L, string.Empty);
        var (singles, integers, texts) = (new List<float>(), new List<long>(), new List<string>());
        var (tensors, graphs) = (new List<StoredTensor>(), new List<GraphBody>());
        foreach (var field in message.Fields())
        {
            switch (field.Number)
            {
                case 1:
                    name = message.Text(field);
                    break;
                case 2:
                    single = message.Single(field);
                    break;
                case 3:
                    integer = message.Integer(field);
                    break;
                case 4:
                    text = message.Text(field);
                    break;
                case 5 or 10:
                    tensors.Add(StoredTensor.Read(message.Message(field), _ => $"{place}, attribute '{name}'"));
                    break;
                case 6 or 11:
                    graphs.Add(Graph(message.Message(field), scope));
                    break;
                case 7:
                    message.AppendSingles(field, singles);
                    break;
                case 8:
                    message.AppendIntegers(field, integers);
                    break;
                case 9:
                    texts.Add(message.Text(field));
                    break;
                case 20:
                    kind = (AttributeKind)(int)message.Integer(field);
                    break;
                case 21:
                    reference = message.Text(field);
                    break;
                case 22 or 23:
                    throw Refusal.Of(path, $"{place}: expected dense tensors, got a sparse one as attribute '{name}'.");
            }
        }

        if (reference.Length > 0)
        {
            return scope.Attributes.TryGetValue(reference, out var passed) ? passed with { Name = name } : null;
        }

        return new OnnxAttribute(name, kind)
        {
            Single = single,
            Integer = integer,
            Text = text,
            Singles = singles,
            Integers = integers,
            Texts = texts,
            Tensors = tensors,
            Graphs = graphs,
        };
    }
}
