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
        using var gradients = UnitGradients.Of(model, loss, batch);
        using var quiet = no_grad();
        var norms = geometry.SquaredNorms(gradients).sqrt();
        var finite = norms.isfinite();
        if (!finite.all().item<bool>())
        {
            // A unit whose gradient is not finite counts as zero; zero times infinity would not.
            return finite.any().item<bool>()
                ? ClippedSum(model, loss, geometry, batch.Where(finite), clipNorm)
                : zeros([geometry.Dimension]);
        }

        return geometry.WeightedSum(gradients, ClipWeights(norms, clipNorm));
    }

    /// <summary>min(1, C/‖v‖) of each unit.</summary>
    internal static Tensor ClipWeights(Tensor norms, double clipNorm) => (clipNorm / norms).clamp_max(1);
}
