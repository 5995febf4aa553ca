using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>The second moments Σ w·xxᵀ of a linear layer's inputs, with the bias's constant 1, as a vector whose length is the matrix's Frobenius norm.</summary>
/// <remarks>
/// A unit of rows x_r has w = min(1, B²/Σ‖x_r‖²), so it moves the vector by w·‖Σ x_r x_rᵀ‖ ≤ w·Σ‖x_r‖² ≤ B²; where rows count by a curvature of at most v, by v·B². Entries off the diagonal come once, times √2
/// (docs/derivations/linear-models.md, "Released moments").
/// </remarks>
internal static class InputMoments
{
    /// <summary>How many numbers the vector has.</summary>
    /// <param name="size">d, with the bias's constant.</param>
    public static long LengthOf(long size) => size * (size + 1) / 2;

    /// <summary>The one linear block of a model that has no other.</summary>
    /// <exception cref="ArgumentException">It has others.</exception>
    public static ParameterBlock BlockOf(TunableModel model) => model.Blocks is [{ Groups: 1 } block] ? block
        : throw new ArgumentException($"Expected a model of one linear layer, got {model.Blocks.Count} blocks of parameters.", nameof(model));

    /// <summary>One pass over the rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="curvature">By what each row counts, at the model's present parameters; null for all alike.</param>
    /// <param name="rows">Streamed once; rows of one unit come in one batch.</param>
    /// <param name="clipNorm">B.</param>
    /// <param name="batchSize">Rows at a time.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static Sensitive<Tensor> Sum(TunableModel model, RowCurvature? curvature, IExampleSource rows, double clipNorm, int batchSize, CancellationToken cancellationToken)
    {
        using var outer = NewDisposeScope();
        using var quiet = no_grad();
        var block = BlockOf(model);
        var total = zeros([block.Inputs, block.Inputs], dtype: ScalarType.Float64);
        foreach (var batch in rows.Read(batchSize, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var tensors = TensorBatch.Of(batch, rows.InputShapes);
            var inputs = WithConstant(block, tensors.Inputs[0]).to_type(ScalarType.Float64);
            var weights = UnitWeights(inputs, tensors, clipNorm);
            var scaled = inputs * (curvature is null ? weights : weights * curvature.Of(model.Forward(tensors.Inputs))).sqrt().unsqueeze(1);
            var finite = where(scaled.isfinite(), scaled, zeros_like(scaled));
            total.add_(finite.t().mm(finite));
        }

        return new(Packed(total).MoveToOuterDisposeScope());
    }

    /// <summary>Releases the moments and makes of them the geometry whose steps are turned by their inverse; the caller disposes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">Its loss, which bounds a row's curvature.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="geometry">W of the rounds; stays the caller's.</param>
    /// <param name="sum">The packed sum; disposed here.</param>
    /// <param name="noise">Where the noise comes from.</param>
    public static ReleasedMomentGeometry Release(TunableModel model, LossFunction loss, TuningPlan plan, IGeometry geometry, Sensitive<Tensor> sum, INoiseSource noise)
    {
        using var scope = NewDisposeScope();
        var moments = plan.Moments!;
        var block = BlockOf(model);
        var size = block.Inputs;
        var largest = moments.Curved ? new RowCurvature(loss).Largest(block.Outputs) : 1;
        var sensitivity = plan.Adjacency == Adjacency.ReplaceOne ? 2 : 1;
        var mechanism = new QuadraticExponentialMechanism(
            Math.BitDecrement(sensitivity / plan.MomentNoiseMultiplier), largest * moments.ClipNorm * moments.ClipNorm, plan.NominalSize, LengthOf(size), plan.Adjacency);
        var released = Unpacked(mechanism.Release(sum, noise), size);

        // Noise of variance σ² on the diagonal and σ²/2 off it has a spectral norm of about σ·√(2d): a Gaussian orthogonal ensemble.
        var ridge = Math.Max(moments.Damping * mechanism.NoiseScale * Math.Sqrt(2.0 * size), float.Epsilon);
        var (values, vectors) = linalg.eigh(released);
        var inverse = (vectors / (values.clamp_min(0) + ridge)).mm(vectors.t()) * plan.NominalSize;
        return new(geometry, inverse.to_type(ScalarType.Float32).DetachFromDisposeScope());
    }

    /// <summary>The upper triangle of a symmetric matrix [d, d], [d(d + 1)/2], off the diagonal times √2: an isometry.</summary>
    internal static Tensor Packed(Tensor matrix)
    {
        var size = matrix.shape[0];
        var weights = full([size, size], Math.Sqrt(2), dtype: ScalarType.Float64) + (eye(size, dtype: ScalarType.Float64) * (1 - Math.Sqrt(2)));
        return (matrix * weights).masked_select(ones([size, size], dtype: ScalarType.Bool).triu());
    }

    /// <summary>The symmetric matrix [d, d], float64, of a packed one.</summary>
    internal static Tensor Unpacked(Tensor packed, long size)
    {
        var upper = zeros([size, size], dtype: ScalarType.Float64).masked_scatter(ones([size, size], dtype: ScalarType.Bool).triu(), packed.to_type(ScalarType.Float64));
        var strict = upper.triu(1) / Math.Sqrt(2);
        return upper.diag().diag() + strict + strict.t();
    }

    /// <summary>Inputs [R, in] with the bias's constant 1 as last column where the block has one.</summary>
    internal static Tensor WithConstant(ParameterBlock block, Tensor inputs)
    {
        var flat = inputs.flatten(1);
        return block.Bias is null ? flat : cat([flat, ones_like(flat.narrow(1, 0, 1))], 1);
    }

    // min(1, B²/Σ‖x‖²) of each row's unit.
    private static Tensor UnitWeights(Tensor inputs, TensorBatch batch, double clipNorm)
    {
        var squares = inputs.square().sum(1);
        if (batch.Units is { } units)
        {
            squares = zeros([batch.UnitCount], dtype: squares.dtype).index_add_(0, units, squares, 1).index_select(0, units);
        }

        return (clipNorm * clipNorm / squares).clamp_max(1);
    }
}
