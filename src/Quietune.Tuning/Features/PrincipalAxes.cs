using static TorchSharp.torch;

namespace Quietune.Tuning.Features;

/// <summary>The mean of public rows, and the directions in which they vary most.</summary>
/// <param name="Mean">[d], float32.</param>
/// <param name="Axes">Orthonormal columns [d, k], strongest first, float32.</param>
/// <param name="Variances">The variance along each, [k], float32.</param>
internal sealed record PrincipalAxes(Tensor Mean, Tensor Axes, Tensor Variances) : IDisposable
{
    // More directions than asked for and a few products with the covariance: the last directions asked for converge as the rest does.
    private const int Spare = 50;
    private const int Products = 3;

    /// <summary>Finds the axes by block power iteration, begun at the first rows themselves, so that no random numbers decide; owned by the caller.</summary>
    /// <remarks>Source: Rutishauser 1970; the number of products: Halko, Martinsson &amp; Tropp 2011, section 9.3.</remarks>
    /// <param name="batches">Batches of rows [R, d], float32, enumerated once and disposed here.</param>
    /// <param name="count">k, at most d and at most the number of rows.</param>
    /// <exception cref="ArgumentException">There are fewer rows or dimensions than axes.</exception>
    public static PrincipalAxes Of(IEnumerable<Tensor> batches, int count)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Tensor? sum = null, products = null, first = null;
        long rows = 0;
        foreach (var batch in batches)
        {
            using var inner = NewDisposeScope();
            using var closing = batch;
            var missing = Math.Min(count + Spare - (first?.shape[0] ?? 0), batch.shape[0]);
            if (missing > 0)
            {
                var begin = batch.narrow(0, 0, missing);
                first = (first is null ? begin.clone() : cat([first, begin])).MoveToOuterDisposeScope();
            }

            sum = (sum is null ? batch.sum([0]) : sum.add_(batch.sum([0]))).MoveToOuterDisposeScope();
            products = (products is null ? batch.t().mm(batch) : products.add_(batch.t().mm(batch))).MoveToOuterDisposeScope();
            rows += batch.shape[0];
        }

        if (rows < count || sum!.shape[0] < count)
        {
            throw new ArgumentException($"Expected at least {count} public rows and numbers in a row to find as many axes, got {rows} rows of {sum?.shape[0] ?? 0}.", nameof(count));
        }

        var mean = sum / rows;
        var covariance = products!.div_(rows).sub_(mean.unsqueeze(1) * mean.unsqueeze(0));
        var basis = linalg.qr((first! - mean).t()).Q;
        for (var product = 0; product < Products; product++)
        {
            basis = linalg.qr(covariance.mm(basis)).Q;
        }

        var (variances, turn) = linalg.eigh(basis.t().mm(covariance).mm(basis).to_type(ScalarType.Float64));
        return new(
            mean.DetachFromDisposeScope(),
            basis.mm(turn.flip(1).narrow(1, 0, count).to_type(ScalarType.Float32)).DetachFromDisposeScope(),
            variances.flip(0).narrow(0, 0, count).clamp_min(0).to_type(ScalarType.Float32).DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Axes.Dispose();
        Variances.Dispose();
    }
}
