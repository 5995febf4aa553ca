using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>The pretrained model's curvature, from public inputs: for each block a Kronecker eigenbasis and the curvature along each of its coordinates.</summary>
/// <remarks>
/// A block's curvature is B ⊗ A, scaled so that its trace is the mean squared norm of a gradient. Where gradients are kept as pairs, A and B are
/// the second moments of inputs and output gradients (Martens &amp; Grosse 2015, section 3); where a gradient is formed, they
/// are those of its rows and columns (Gupta, Koren &amp; Singer 2018, section 3), which keeps what positions share. Labels come from
/// the model's own tempered law (docs/derivations/curvature.md). Owns its tensors.
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
    /// <param name="publicInputs">Batches of public inputs, enumerated once.</param>
    /// <param name="temperature">τ, the factor on the outputs from which labels are drawn, in [0, 1].</param>
    /// <param name="uniform">Uniform numbers in (0, 1), so many as asked for: the labels' randomness, which needs no secrecy.</param>
    /// <param name="subset">Some of the parameters, or null for all.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="ArgumentException">There is no row, a gradient is not finite, or all are zero.</exception>
    public static KroneckerCurvature Of(
        TunableModel model,
        LossFunction loss,
        IEnumerable<IReadOnlyList<Tensor>> publicInputs,
        double temperature,
        Func<int, float[]> uniform,
        ParameterSubset? subset = null,
        CancellationToken cancellationToken = default)
    {
        var measured = subset?.Blocks ?? model.Blocks;
        var plain = measured.Select(block => BlockWhitening.Rotation(block, null, null)).ToList();
        var sides = new (Tensor In, Tensor Out, Tensor Energy)[measured.Count];
        long rows = 0;
        foreach (var inputs in publicInputs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var gradients = UnitGradients.Of(model, inputs, outputs =>
            {
                var labels = loss.SampleLabels(outputs.detach(), temperature, tensor(uniform((int)outputs.shape[0]), device: outputs.device));
                return loss.PerRow(outputs, labels.to_type(ScalarType.Float32));
            });
            using var quiet = no_grad();
            gradients = subset?.Restrict(gradients) ?? gradients;
            for (var i = 0; i < sides.Length; i++)
            {
                var layer = gradients.Layers[i];
                var (inside, outside) = layer.SideMoments();
                var energy = layer.SquaredNorms(plain[i]).sum();
                sides[i] = rows == 0
                    ? (inside.clone().DetachFromDisposeScope(), outside.clone().DetachFromDisposeScope(), energy.clone().DetachFromDisposeScope())
                    : (sides[i].In.add_(inside), sides[i].Out.add_(outside), sides[i].Energy.add_(energy));
            }

            rows += gradients.Units;
        }

        Require(rows > 0, "Expected public rows to measure the curvature on, got none.");
        for (var i = 0; i < sides.Length; i++)
        {
            Require(float.IsFinite(sides[i].Energy.item<float>()), $"{model.Blocks[i].Name}: the gradient on public rows is not finite; expected inputs without NaN or infinite numbers.");
        }

        Require(sides.Any(side => side.Energy.item<float>() > 0), "Expected public rows on which some parameter matters, got none: every gradient is zero.");
        var found = new BlockCurvature[sides.Length];
        for (var i = 0; i < sides.Length; i++)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var (inValues, inBasis) = Spectrum(sides[i].In);
            var (outValues, outBasis) = Spectrum(sides[i].Out);
            var product = outValues.unsqueeze(2) * inValues.unsqueeze(1);
            var scale = sides[i].Energy / rows / product.sum().clamp_min(float.Epsilon);
            found[i] = new(measured[i], outBasis?.DetachFromDisposeScope(), inBasis?.DetachFromDisposeScope(), (product * scale).DetachFromDisposeScope());
            sides[i].In.Dispose();
            sides[i].Out.Dispose();
            sides[i].Energy.Dispose();
            plain[i].Dispose();
        }

        return new(found, temperature, rows);
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

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }

    /// <summary>Eigenvalues [groups, n] and orthonormal eigenvectors [groups, n, n], strongest first; a diagonal or over-large side keeps its own axes.</summary>
    private static (Tensor Values, Tensor? Basis) Spectrum(Tensor moments)
    {
        if (moments.dim() == 2 || moments.shape[^1] > LargestRotatedSide)
        {
            return (moments.dim() == 2 ? moments : moments.diagonal(0, 1, 2), null);
        }

        var (values, vectors) = linalg.eigh(moments.to_type(ScalarType.Float64));
        return (values.flip(-1).clamp_min(0).to_type(ScalarType.Float32), vectors.flip(-1).to_type(ScalarType.Float32).contiguous());
    }
}
