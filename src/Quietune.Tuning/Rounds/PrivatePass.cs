using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>One pass over the private rows: whiten, clip, sum.</summary>
/// <remarks>s = Σ_u v(u)·min(1, C/‖v(u)‖), v(u) = W·g(u). Memory does not depend on the number of rows.</remarks>
public static class PrivatePass
{
    /// <summary>The least clip norm: the square of a unit's norm must stay far above float32's smallest number, or short units could not be told from long ones.</summary>
    public const double SmallestClipNorm = 1e-12;

    // Units whitened at a time: their coordinates stay in the processor's cache, and are a small part of the batch's memory.
    private const long UnitsAtOnce = 128;

    /// <summary>The clipped sum of the whitened gradients of every unit.</summary>
    /// <param name="model">The model, at the parameters around which it is expanded.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="geometry">W.</param>
    /// <param name="privateRows">Streamed once; rows of one unit come in one batch.</param>
    /// <param name="clipNorm">C.</param>
    /// <param name="batchSize">Rows at a time; changes speed and memory, never the sum.</param>
    /// <param name="cancellationToken">Stops between batches; nothing is released.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clip norm is below <see cref="SmallestClipNorm"/> or not finite.</exception>
    public static Sensitive<Tensor> ClippedSum(
        TunableModel model, LossFunction loss, IGeometry geometry, IExampleSource privateRows, double clipNorm, int batchSize, CancellationToken cancellationToken = default)
    {
        if (!(clipNorm >= SmallestClipNorm && double.IsFinite(clipNorm)))
        {
            throw new ArgumentOutOfRangeException(nameof(clipNorm), $"Expected a finite clip norm of at least {SmallestClipNorm}, got {clipNorm}.");
        }

        using var outer = NewDisposeScope();
        var total = zeros([geometry.Dimension], dtype: ScalarType.Float64);
        foreach (var batch in privateRows.Read(batchSize, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            total.add_(ClippedSum(model, loss, geometry, TensorBatch.Of(batch, privateRows.InputShapes), clipNorm));
        }

        return new(total.to_type(ScalarType.Float32).MoveToOuterDisposeScope());
    }

    /// <summary>The clipped sum over one batch, [k], in the current dispose scope.</summary>
    internal static Tensor ClippedSum(TunableModel model, LossFunction loss, IGeometry geometry, TensorBatch batch, double clipNorm)
    {
        using var gradients = UnitGradients.Deferred(model, loss, batch);
        using var quiet = no_grad();
        var sum = zeros([geometry.Dimension], dtype: gradients.Dtype, device: gradients.Device);
        for (long start = 0; start < gradients.Units; start += UnitsAtOnce)
        {
            using var scope = NewDisposeScope();
            var units = geometry.Whiten(gradients.Slice(start, Math.Min(UnitsAtOnce, gradients.Units - start)));
            var norms = units.SquaredNorms().sqrt();
            var finite = norms.isfinite();
            if (!finite.all().item<bool>())
            {
                // A unit whose gradient is not finite counts as zero; zero times infinity would not. The batch is done again without it.
                var kept = ones([gradients.Units], dtype: ScalarType.Bool);
                kept.narrow(0, start, finite.shape[0]).copy_(finite);
                return (kept.any().item<bool>() ? ClippedSum(model, loss, geometry, batch.Where(kept), clipNorm) : zeros([geometry.Dimension])).MoveToOuterDisposeScope();
            }

            sum.add_(units.WeightedSum(ClipWeights(norms, clipNorm)));
        }

        return sum;
    }

    /// <summary>min(1, C/‖v‖) of each unit.</summary>
    internal static Tensor ClipWeights(Tensor norms, double clipNorm) => (clipNorm / norms).clamp_max(1);
}
