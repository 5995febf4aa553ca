using Quietune.Tuning.Models;

namespace Quietune.Onnx.Factors;

/// <summary>Where a model's output is read for a loss: before a last activation that the loss applies itself.</summary>
internal static class OutputTap
{
    private static readonly HashSet<string> Passing = ["Identity", "Cast", "Flatten", "Squeeze", "Unsqueeze", "Reshape"];

    /// <summary>The graph's first output, or the value that a last Softmax (cross-entropy), Sigmoid (binary) or Exp (Poisson) is put to.</summary>
    /// <exception cref="ArgumentException">The graph ends in an activation that is another loss's.</exception>
    public static string Of(OnnxGraph graph, LossFunction? loss)
    {
        if (graph.Outputs.Count == 0)
        {
            throw Refusal.OfArgument(graph.Path, $"expected a graph with an output, got none.");
        }

        var output = graph.Outputs[0].Name;
        var last = Activation(graph, output);
        if (loss is null || last is null)
        {
            return output;
        }

        var isOwn = loss == LossFunction.CrossEntropy ? last.OperatorName is "Softmax" or "LogSoftmax"
            : loss == LossFunction.Binary ? last.OperatorName == "Sigmoid"
            : loss == LossFunction.Poisson && last.OperatorName == "Exp";
        if (isOwn)
        {
            return last.Inputs[0];
        }

        var isOther = (loss == LossFunction.CrossEntropy && last.OperatorName == "Sigmoid") || (loss == LossFunction.Binary && last.OperatorName is "Softmax" or "LogSoftmax");
        return isOther
            ? throw Refusal.OfArgument(graph.Path, $"expected an output that fits the loss {loss.Name}, got one from {last.Label}; {(loss == LossFunction.Binary ? "choose the loss cross-entropy" : "choose the loss binary")}, or export the model without it.")
            : output;
    }

    /// <summary>Refuses an output whose shape the loss cannot read.</summary>
    /// <exception cref="ArgumentException">It is not [rows, classes] for cross-entropy, or not one number a row for another loss.</exception>
    public static void Check(OnnxGraph graph, LossFunction? loss, string output, ProbedGraph probed)
    {
        var shape = probed.Shapes[output];
        long[] row = probed.IsBatched || shape is [1, ..] ? shape[Math.Min(1, shape.Length)..] : shape;
        var fits = loss is null || (loss == LossFunction.CrossEntropy ? row is [> 1] : row.All(size => size == 1));
        if (!probed.Floating.Contains(output) || !fits)
        {
            throw Refusal.OfArgument(graph.Path, $"expected an output of {(loss == LossFunction.CrossEntropy ? "two or more floats, one a class," : loss is null ? "floats" : "one float")} for each row{(loss is null ? string.Empty : $" for the loss {loss.Name}")}, got '{output}' with [{string.Join(", ", row)}] for each.");
        }
    }

    private static OnnxNode? Activation(OnnxGraph graph, string output)
    {
        var node = graph.Nodes.FirstOrDefault(candidate => candidate.Outputs.Contains(output));
        while (node is not null && Passing.Contains(node.OperatorName))
        {
            var source = node.Inputs[0];
            node = graph.Nodes.FirstOrDefault(candidate => candidate.Outputs.Contains(source));
        }

        return node is { OperatorName: "Softmax" or "LogSoftmax" or "Sigmoid" or "Exp", Domain.Length: 0 } ? node : null;
    }
}
