using static TorchSharp.torch;

namespace Quietune.Tuning.Models;

/// <summary>A trainable weight, with its bias where both are always used together, seen as a matrix [groups, out, in].</summary>
/// <remarks>
/// The bias is the last column, its input the constant 1 (Martens &amp; Grosse 2015, section 2). A grouped convolution has one
/// matrix a group. Every gradient of the block is kept in this form; <see cref="ToParameters"/> turns it back.
/// The tensors belong to the model, not to the block.
/// </remarks>
public sealed class ParameterBlock
{
    private readonly bool transposed;

    /// <summary>Describes one block.</summary>
    /// <param name="name">The weight's name in the model.</param>
    /// <param name="weight">The weight, of any shape with <c>groups·out·in</c> elements.</param>
    /// <param name="bias">The bias, <c>groups·out</c> elements, or null.</param>
    /// <param name="groups">How many independent matrices the weight holds.</param>
    /// <param name="outputs">Rows of each matrix.</param>
    /// <param name="inputs">Columns of each matrix, not counting the bias.</param>
    /// <param name="rule">How the block's per-example gradients are found, in words.</param>
    /// <param name="transposed">Whether the weight is stored [in, out], as embeddings are.</param>
    /// <exception cref="ArgumentException">The tensors do not have these many elements.</exception>
    public ParameterBlock(string name, Tensor weight, Tensor? bias, long groups, long outputs, long inputs, string rule, bool transposed = false)
    {
        if (weight.numel() != groups * outputs * inputs || (bias is not null && bias.numel() != groups * outputs))
        {
            throw new ArgumentException($"{name}: expected {groups}·{outputs}·{inputs} elements, got a weight of shape [{string.Join(", ", weight.shape)}].", nameof(weight));
        }

        Name = name;
        Weight = weight;
        Bias = bias;
        Groups = groups;
        Outputs = outputs;
        WeightInputs = inputs;
        Rule = rule;
        this.transposed = transposed;
    }

    /// <summary>The weight's name in the model.</summary>
    public string Name { get; }

    /// <summary>The weight itself; owned by the model.</summary>
    public Tensor Weight { get; }

    /// <summary>The bias that goes with it, or null; owned by the model.</summary>
    public Tensor? Bias { get; }

    /// <summary>How many independent matrices the block holds; 1 but for grouped convolutions.</summary>
    public long Groups { get; }

    /// <summary>Rows of each matrix.</summary>
    public long Outputs { get; }

    /// <summary>Columns of each matrix that belong to the weight.</summary>
    public long WeightInputs { get; }

    /// <summary>Columns of each matrix, with the bias.</summary>
    public long Inputs => WeightInputs + (Bias is null ? 0 : 1);

    /// <summary>How many numbers the block holds.</summary>
    public long Count => Groups * Outputs * Inputs;

    /// <summary>How the block's per-example gradients are found, in words, for people.</summary>
    public string Rule { get; }

    /// <summary>The block's shape as a matrix: [groups, out, in].</summary>
    public long[] MatrixShape => [Groups, Outputs, Inputs];

    /// <summary>Joins a weight-shaped and a bias-shaped tensor into the matrix [..., groups, out, in].</summary>
    /// <param name="weight">Shaped like <see cref="Weight"/>, with any leading batch dimensions.</param>
    /// <param name="bias">Shaped like <see cref="Bias"/>, with the same leading dimensions; null where the block has none.</param>
    public Tensor ToMatrix(Tensor weight, Tensor? bias)
    {
        var lead = weight.shape[..^(int)Weight.dim()];
        var matrix = transposed
            ? weight.reshape([.. lead, Groups, WeightInputs, Outputs]).transpose(-1, -2)
            : weight.reshape([.. lead, Groups, Outputs, WeightInputs]);
        return Bias is null ? matrix : cat([matrix, bias!.reshape([.. lead, Groups, Outputs, 1])], -1);
    }

    /// <summary>Splits a matrix [groups, out, in] into tensors shaped like the weight and the bias.</summary>
    public (Tensor Weight, Tensor? Bias) ToParameters(Tensor matrix)
    {
        var weight = Bias is null ? matrix : matrix.narrow(-1, 0, WeightInputs);
        var bias = Bias is null ? null : matrix.narrow(-1, WeightInputs, 1).reshape(Bias.shape);
        return ((transposed ? weight.transpose(-1, -2) : weight).reshape(Weight.shape), bias);
    }
}
