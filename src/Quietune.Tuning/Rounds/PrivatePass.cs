using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Whitened;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>One pass over the private rows: whiten, clip, sum.</summary>
/// <remarks>
/// s = Σ_u v(u)·min(1, C/‖v(u)‖), v(u) = W·g(u). Memory does not depend on the number of rows. Numerics: v(u) in float32; norms, weights and sums in float64,
/// of the very numbers in v(u) (docs/derivations/secure-noise.md, "What the sum itself is").
/// </remarks>
public static class PrivatePass
{
    /// <summary>The least clip norm: the square of a unit's norm must stay far above float32's smallest number, or short units could not be told from long ones.</summary>
    public const double SmallestClipNorm = 1e-12;

    /// <summary>Rows taken through the model at a time at most: their activations and output gradients are held together, so more would only take more memory.</summary>
    public const int MostRowsAtOnce = 256;

    // Units whitened at a time: their coordinates stay in the processor's cache, and are a small part of the batch's memory.
    private const long UnitsAtOnce = 128;

    /// <summary>The clipped sum of the whitened gradients of every unit.</summary>
    /// <param name="model">The model, at the parameters around which it is expanded.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="geometry">W.</param>
    /// <param name="privateRows">Streamed once; rows of one unit come in one batch.</param>
    /// <param name="clipNorm">C.</param>
    /// <param name="batchSize">Rows at a time, or fewer where the model asks for it or they are more than <see cref="MostRowsAtOnce"/>; changes speed and memory, never the sum.</param>
    /// <param name="cancellationToken">Stops between batches; nothing is released.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clip norm is below <see cref="SmallestClipNorm"/> or not finite.</exception>
    public static Sensitive<Tensor> ClippedSum(
        TunableModel model, LossFunction loss, IGeometry geometry, IExampleSource privateRows, double clipNorm, int batchSize, CancellationToken cancellationToken = default) =>
        Of(model, loss, new(geometry, clipNorm), privateRows, batchSize, cancellationToken).Sum;

    /// <summary>All that a pass asks for.</summary>
    internal static PassSums Of(TunableModel model, LossFunction loss, RoundPass pass, IExampleSource privateRows, int batchSize, CancellationToken cancellationToken)
    {
        if (!(pass.ClipNorm >= SmallestClipNorm && double.IsFinite(pass.ClipNorm)))
        {
            throw new ArgumentOutOfRangeException(nameof(pass), $"Expected a finite clip norm of at least {SmallestClipNorm}, got {pass.ClipNorm}.");
        }

        if (pass.Geometry is PartedGeometry && (pass.Centre is not null || pass.CountsBelow))
        {
            throw new ArgumentException("Expected a geometry of one part, as units are centred or counted by one norm.", nameof(pass));
        }

        if (pass.Kind is PassKind.Moments or PassKind.CurvedMoments)
        {
            return new(InputMoments.Sum(model, pass.Kind == PassKind.CurvedMoments ? new RowCurvature(loss) : null, privateRows, pass.ClipNorm, batchSize, cancellationToken), null);
        }

        if (pass.Kind == PassKind.Minimum)
        {
            return new(PenalisedMinimum.Sum(model, loss, privateRows, pass.ClipNorm, pass.Penalty, cancellationToken, pass.Perturbation), null);
        }

        using var outer = NewDisposeScope();
        var total = zeros([pass.Geometry.Dimension], dtype: ScalarType.Float64);
        var below = zeros([1], dtype: ScalarType.Float64);
        var rows = Math.Min(Math.Min(pass.FilledRows ?? batchSize, MostRowsAtOnce), model.LargestBatch);
        foreach (var batch in privateRows.Read(rows, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var tensors = TensorBatch.Of(batch, privateRows.InputShapes);
            Add(model, loss, pass, pass.FilledRows is null ? tensors : tensors.FilledTo(rows), tensors.UnitCount, total, below);
        }

        return new(new(total.MoveToOuterDisposeScope()), pass.CountsBelow ? new(below.MoveToOuterDisposeScope()) : null);
    }

    /// <summary>How many rows a pass over about so many units takes at a time where every batch is filled up to the same size: as few as leave little to fill.</summary>
    /// <param name="expectedUnits">Of one row each, a public number.</param>
    /// <param name="spread">How many more there may well be.</param>
    internal static int FilledRowsOf(double expectedUnits, double spread)
    {
        var likely = Math.Max(1, expectedUnits + spread);
        return (int)Math.Ceiling(likely / Math.Ceiling(likely / MostRowsAtOnce));
    }

    /// <summary>min(1, C/‖v‖) of each unit.</summary>
    internal static Tensor ClipWeights(Tensor norms, double clipNorm) => (clipNorm / norms).clamp_max(1);

    // Units from unitCount on only fill the batch.
    private static void Add(TunableModel model, LossFunction loss, RoundPass pass, TensorBatch batch, long unitCount, Tensor total, Tensor below)
    {
        using var gradients = UnitGradients.Deferred(model, loss, batch);
        using var quiet = no_grad();
        var parted = pass.Geometry as PartedGeometry;
        var parts = parted?.Parts ?? [(pass.Geometry, 1)];
        var sums = parts.Select(part => zeros([part.Geometry.Dimension], dtype: ScalarType.Float64, device: gradients.Device)).ToList();
        var taken = zeros([1], dtype: ScalarType.Float64);
        var counted = zeros([1], dtype: ScalarType.Float64);
        for (long start = 0; start < gradients.Units; start += UnitsAtOnce)
        {
            using var scope = NewDisposeScope();
            var slice = gradients.Slice(start, Math.Min(UnitsAtOnce, gradients.Units - start));
            var units = parts.Select(part => part.Geometry.Whiten(slice)).ToList();
            var norms = units.Select(part => Norms(part, pass, slice)).ToList();

            // A unit whose gradient is not finite counts as zero, and so does one that only fills the batch.
            var present = arange(start, start + norms[0].shape[0], device: gradients.Device).lt(unitCount);
            var counts = norms.Aggregate(present, (all, part) => all.logical_and(part.isfinite()));
            for (var i = 0; i < units.Count; i++)
            {
                var weights = where(counts, ClipWeights(norms[i], pass.ClipNorm * parts[i].Ratio), zeros_like(norms[i]));
                sums[i].add_(units[i].WeightedSum(weights * pass.Scale));
                taken.add_(weights.sum());
            }

            counted.add_(where(counts, Below(norms[0], pass.ClipNorm), zeros_like(norms[0])).sum() - (0.5 * present.sum()));
        }

        total.add_(parted?.Joined((_, _, i) => sums[i]) ?? sums[0]);
        below.add_(counted);
        if (pass.Centre is { } centre)
        {
            total.sub_(centre.Whitened * taken);
        }
    }

    // From 1 to 0 over an eighth of C on either side: a hard edge would let the last bits of many units' norms decide, which may depend on their places.
    private static Tensor Below(Tensor norms, double clipNorm) => (((clipNorm - norms) * (4 / clipNorm)) + 0.5).clamp(0, 1);

    private static Tensor Norms(WhitenedUnits units, RoundPass pass, UnitGradients gradients)
    {
        var squared = units.SquaredNorms();
        squared = pass.Scale == 1 ? squared : squared * (pass.Scale * pass.Scale);
        return (pass.Centre?.SquaredNorms(squared, gradients, pass.Scale) ?? squared).sqrt();
    }
}
