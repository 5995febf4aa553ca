using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Onnx.Factors.Rules;

/// <summary>A sum of products of a weight and one other input: the labels say which axes are contracted, kept or shared.</summary>
internal sealed class EinsumRule : FactorRule
{
    /// <inheritdoc/>
    public override string Words(UseSite site) => $"matrix product: input and output-gradient pairs (Einsum {site.Node.Attributes["equation"].Text})";

    /// <inheritdoc/>
    public override MatrixForm? Form(UseSite site)
    {
        if (Plan(site) is not { } plan)
        {
            return null;
        }

        return new(Size(plan.Groups), Size(plan.Kept), Size(plan.Contracted), plan.Transposed);

        long Size(string labels) => labels.Aggregate(1L, (product, label) => product * site.Shape[plan.Weight.IndexOf(label, StringComparison.Ordinal)]);
    }

    /// <inheritdoc/>
    public override LayerFactors Factors(UseCall call, ParameterBlock block, Tensor outputGradient)
    {
        var plan = Plan(call.Site)!.Value;
        var x = call.Input(1 - call.Site.Slot);

        // The other input with its positions in the output's order, so that both sides count them alike.
        var order = plan.Output.Where(label => plan.Other.Contains(label)).Concat(plan.Contracted).ToArray();
        x = x.permute([.. order.Select(label => (long)plan.Other.IndexOf(label, StringComparison.Ordinal))]);
        var rowLabel = plan.Output[call.Layout.Axis];
        var other = new string(order);
        var a = (call.Layout with { Axis = other.IndexOf(rowLabel, StringComparison.Ordinal) }).Arranged(x, call.Rows, Axes(other, plan.Groups), Axes(other, plan.Contracted));
        var b = call.Layout.Arranged(outputGradient, call.Rows, Axes(plan.Output, plan.Groups), Axes(plan.Output, plan.Kept));
        return Pairs(block, a, b);

        static int[] Axes(string labels, string chosen) => [.. chosen.Select(label => labels.IndexOf(label, StringComparison.Ordinal))];
    }

    /// <summary>The labels by role, those of the weight in its own order; null where the equation is of another kind.</summary>
    private static (string Weight, string Other, string Output, string Groups, string Contracted, string Kept, bool Transposed)? Plan(UseSite site)
    {
        var equation = (site.Node.Attributes.GetValueOrDefault("equation")?.Text ?? string.Empty).Replace(" ", string.Empty, StringComparison.Ordinal);
        var terms = equation.Split("->");
        var operands = terms[0].Split(',');
        if (operands.Length != 2 || site.Layout is not { } layout || equation.Contains('.', StringComparison.Ordinal) || operands.Any(labels => labels.Distinct().Count() != labels.Length))
        {
            return null;
        }

        var (weight, other) = (operands[site.Slot], operands[1 - site.Slot]);
        var output = terms.Length > 1 ? terms[1] : new string([.. string.Concat(operands).GroupBy(label => label).Where(group => group.Count() == 1).Select(group => group.Key).Order()]);
        var groups = Those(label => other.Contains(label) && output.Contains(label));
        var contracted = Those(label => other.Contains(label) && !output.Contains(label));
        var kept = Those(label => !other.Contains(label) && output.Contains(label));
        var isStraight = weight == groups + kept + contracted;
        var isPlain = groups.Length + contracted.Length + kept.Length == weight.Length && other.All(label => output.Contains(label) || contracted.Contains(label));
        return isPlain && (isStraight || weight == groups + contracted + kept) && layout.Axis < output.Length && !weight.Contains(output[layout.Axis])
            ? (weight, other, output, groups, contracted, kept, !isStraight)
            : null;

        string Those(Func<char, bool> role) => new([.. weight.Where(role)]);
    }
}
