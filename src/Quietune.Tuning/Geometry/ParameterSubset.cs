using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;

namespace Quietune.Tuning.Geometry;

/// <summary>Some of a model's parameters, as blocks of their own.</summary>
/// <remarks>Named by <c>head</c>, the last block; <c>bias</c>, every bias; <c>normalisation</c>, every scale and shift; or block names with <c>*</c> for any run of characters; several between commas.</remarks>
public sealed class ParameterSubset
{
    private readonly List<(int Index, bool BiasOnly)> chosen = [];

    private ParameterSubset(IReadOnlyList<ParameterBlock> all, Func<ParameterBlock, (bool Taken, bool BiasOnly)> choose)
    {
        var blocks = new List<ParameterBlock>();
        for (var i = 0; i < all.Count; i++)
        {
            var (taken, biasOnly) = choose(all[i]);
            if (taken)
            {
                chosen.Add((i, biasOnly));
                blocks.Add(biasOnly
                    ? new($"{all[i].Name} (bias)", all[i].Bias!, null, 1, all[i].Groups * all[i].Outputs, 1, "bias: sum over positions")
                    : all[i]);
            }
        }

        Blocks = blocks;
    }

    /// <summary>The chosen parameters.</summary>
    public IReadOnlyList<ParameterBlock> Blocks { get; }

    /// <summary>Chooses parameters.</summary>
    /// <param name="all">The model's blocks.</param>
    /// <param name="name">Which, as the type's remarks say.</param>
    /// <exception cref="ArgumentException">Nothing is chosen.</exception>
    public static ParameterSubset Of(IReadOnlyList<ParameterBlock> all, string name)
    {
        var parts = name.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var subset = new ParameterSubset(all, block =>
        {
            var whole = parts.Any(part => part switch
            {
                "head" => block == all[^1],
                "bias" => IsBias(block),
                "normalisation" => block.Rule.StartsWith("affine", StringComparison.Ordinal),
                _ => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(part, block.Name, ignoreCase: false),
            });
            var bias = !whole && block.Bias is not null && parts.Contains("bias", StringComparer.Ordinal);
            return (whole || bias, bias);
        });
        return subset.Blocks.Count > 0
            ? subset
            : throw new ArgumentException($"Expected parameters of head, bias, normalisation or of {string.Join(", ", all.Select(block => block.Name))}, got {name}, which none has.", nameof(name));
    }

    /// <summary>The chosen part of gradients, in the current dispose scope.</summary>
    internal UnitGradients Restrict(UnitGradients gradients) => gradients.Of([.. chosen.Select(LayerFactors (entry, i) => entry.BiasOnly
        ? new ExplicitFactors(Blocks[i], gradients.Layers[entry.Index].LastColumn().reshape(gradients.Units, 1, -1, 1))
        : gradients.Layers[entry.Index])]);

    /// <summary>A change of the chosen parameters as a change of all; takes the matrices over.</summary>
    /// <param name="all">The model's blocks.</param>
    /// <param name="delta">Shaped like <see cref="Blocks"/>.</param>
    internal ParameterDelta Extend(IReadOnlyList<ParameterBlock> all, ParameterDelta delta)
    {
        var matrices = new TorchSharp.torch.Tensor?[all.Count];
        for (var i = 0; i < chosen.Count; i++)
        {
            var (index, biasOnly) = chosen[i];
            if (!biasOnly)
            {
                matrices[index] = delta.Matrices[i];
                continue;
            }

            var block = all[index];
            using var bias = delta.Matrices[i];
            matrices[index] = TorchSharp.torch.nn.functional.pad(bias.reshape(block.Groups, block.Outputs, 1), [block.WeightInputs, 0]);
        }

        return new([.. matrices.Select((matrix, i) => matrix ?? TorchSharp.torch.zeros(all[i].MatrixShape, device: all[i].Weight.device))]);
    }

    // A block with one column and no bias whose rule says so; a normalisation's shift is its second column.
    private static bool IsBias(ParameterBlock block) => block.Rule.StartsWith("bias", StringComparison.Ordinal);
}
