using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>The pretrained model's curvature, from public inputs: for each block a Kronecker eigenbasis and the curvature along each of its coordinates.</summary>
/// <remarks>
/// The basis is that of the two sides' second moments (Martens &amp; Grosse 2015); the curvature of a coordinate is measured in that basis,
/// not taken as a product (George, Laurent, Bouthillier, Ballas &amp; Vincent 2018, section 4). Labels come from the model's own tempered
/// law (docs/derivations/curvature.md). Owns its tensors.
/// </remarks>
public sealed class KroneckerCurvature : IDisposable
{
    /// <summary>Sides larger than this keep their own axes: an eigenbasis would cost more than it gives.</summary>
    public const long LargestRotatedSide = 2048;

    private readonly IReadOnlyList<BlockCurvature> blocks;

    private KroneckerCurvature(IReadOnlyList<BlockCurvature> blocks, double temperature, long rows)
    {
        this.blocks = blocks;
        Temperature = temperature;
        Rows = rows;
        Dimension = blocks.Sum(block => block.Eigenvalues.numel());
        Trace = blocks.Sum(block => block.Eigenvalues.sum().item<float>());
    }

    /// <summary>One entry for each block of the model.</summary>
    public IReadOnlyList<BlockCurvature> Blocks => blocks;

    /// <summary>The factor on the outputs from which labels were drawn.</summary>
    public double Temperature { get; }

    /// <summary>How many public rows were read.</summary>
    public long Rows { get; }

    /// <summary>How many coordinates there are: the model's trainable numbers.</summary>
    public long Dimension { get; }

    /// <summary>The sum of the curvatures: the mean squared norm of a gradient on the model's own labels.</summary>
    public double Trace { get; }

    /// <summary>Measures the curvature on public inputs; their labels are not read.</summary>
    /// <param name="model">The model, at the parameters around which it is expanded.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="publicInputs">Batches of public inputs; enumerated twice.</param>
    /// <param name="temperature">τ, the factor on the outputs from which labels are drawn, in [0, 1].</param>
    /// <param name="uniform">Uniform numbers in (0, 1), so many as asked for: the labels' randomness, which needs no secrecy.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static KroneckerCurvature Of(
        TunableModel model, LossFunction loss, IEnumerable<IReadOnlyList<Tensor>> publicInputs, double temperature, Func<int, float[]> uniform, CancellationToken cancellationToken = default)
    {
        var sides = new (Tensor In, Tensor Out)[model.Blocks.Count];
        var rows = Pass((layer, i) =>
        {
            var (inside, outside) = layer.SideMoments();
            sides[i] = sides[i].In is null
                ? (inside.clone().DetachFromDisposeScope(), outside.clone().DetachFromDisposeScope())
                : (sides[i].In.add_(inside), sides[i].Out.add_(outside));
        });
        var rotations = new BlockWhitening[sides.Length];
        var found = new BlockCurvature[sides.Length];
        for (var i = 0; i < sides.Length; i++)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var (inBasis, outBasis) = (Basis(sides[i].In), Basis(sides[i].Out));
            found[i] = new(model.Blocks[i], outBasis?.DetachFromDisposeScope(), inBasis?.DetachFromDisposeScope(), zeros(model.Blocks[i].MatrixShape).DetachFromDisposeScope());
            rotations[i] = new(model.Blocks[i], outBasis?.alias(), inBasis?.alias(), ones(1, 1), ones(1, 1));
            sides[i].In.Dispose();
            sides[i].Out.Dispose();
        }

        Pass((layer, i) => found[i].Eigenvalues.add_(layer.MeanSquaredCoordinates(rotations[i]), alpha: layer.Units));
        for (var i = 0; i < found.Length; i++)
        {
            found[i].Eigenvalues.div_(rows);
            rotations[i].Dispose();
        }

        return new(found, temperature, rows);

        long Pass(Action<LayerFactors, int> visit)
        {
            long count = 0;
            foreach (var inputs in publicInputs)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var gradients = UnitGradients.Of(model, inputs, outputs =>
                {
                    var rowsHere = (int)outputs.shape[0];
                    return loss.PerRow(outputs, loss.SampleLabels(outputs.detach(), temperature, tensor(uniform(rowsHere))).to_type(ScalarType.Float32));
                });
                using var quiet = no_grad();
                for (var i = 0; i < gradients.Layers.Count; i++)
                {
                    visit(gradients.Layers[i], i);
                }

                count += gradients.Units;
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in blocks)
        {
            block.OutBasis?.Dispose();
            block.InBasis?.Dispose();
            block.Eigenvalues.Dispose();
        }
    }

    /// <summary>Orthonormal eigenvectors, strongest first, [groups, n, n]; null for a diagonal or an over-large side.</summary>
    private static Tensor? Basis(Tensor moments)
    {
        if (moments.dim() == 2 || moments.shape[^1] > LargestRotatedSide)
        {
            return null;
        }

        var (_, vectors) = linalg.eigh(moments.to_type(ScalarType.Float64));
        return vectors.flip(-1).to_type(ScalarType.Float32).contiguous();
    }
}
