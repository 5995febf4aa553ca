using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Evaluation;

/// <summary>Measures a model on private rows by one release of noisy counts, from which every metric follows.</summary>
/// <remarks>
/// Guarantee: <see cref="Release"/> is μ-Gaussian-DP with respect to the rows' units if the noise is secure; what follows is post-processing.
/// Source: docs/derivations/private-evaluation.md.
/// </remarks>
public static class PrivateEvaluation
{
    private const int BatchSize = 1000;

    /// <summary>Counts the rows by outcome and bin, every unit scaled to length 1 at most: negatives in the first half, positives in the second, [2·bins].</summary>
    /// <param name="model">Ends in one logit, or in two.</param>
    /// <param name="privateRows">Rows of one unit come in one batch; labels 0 or 1, and any other label counts as 0.</param>
    /// <param name="bins">From public rows.</param>
    /// <param name="cancellationToken">Stops between batches; nothing is released.</param>
    public static Sensitive<Tensor> Count(TunableModel model, IExampleSource privateRows, ScoreBins bins, CancellationToken cancellationToken = default)
    {
        var counts = new double[2 * bins.Count];
        foreach (var batch in privateRows.Read(BatchSize, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var probabilities = Predictions.ProbabilitiesApart(model, batch, privateRows.InputShapes);
            foreach (var unit in Enumerable.Range(0, batch.Count).GroupBy(row => batch.Units?[row] ?? row))
            {
                Add(counts, unit.Select(row => Cell(bins, probabilities[row], batch.Labels[row])));
            }
        }

        return new(tensor(counts));
    }

    /// <summary>Releases the counts with noise, and works out every metric from them.</summary>
    /// <param name="counts">From <see cref="Count"/>; disposed here.</param>
    /// <param name="bins">The same bins.</param>
    /// <param name="mu">μ &gt; 0, what the release spends.</param>
    /// <param name="adjacency">What a neighbour is.</param>
    /// <param name="noise">Where the noise comes from; only a secure source gives the guarantee.</param>
    /// <param name="level">The share of intervals that hold the truth, in (0, 1).</param>
    public static PrivateScores Release(Sensitive<Tensor> counts, ScoreBins bins, double mu, Adjacency adjacency, INoiseSource noise, double level = 0.95)
    {
        var mechanism = new QuadraticExponentialMechanism(mu, clipNorm: 1, nominalSize: 1, 2 * bins.Count, adjacency);
        using var released = mechanism.Release(counts, noise);
        using var wide = released.to_type(ScalarType.Float64);
        return new BinnedScores(bins, wide.data<double>().ToArray(), mechanism.NoiseScale).Measure(level, noise.IsSecure);
    }

    // A score that is not a number is put in the lowest bin: a private row must not stop the count, nor show itself.
    private static int Cell(ScoreBins bins, double probability, float label) =>
        (double.IsNaN(probability) ? 0 : bins.BinOf(probability)) + (label == 1 ? bins.Count : 0);

    private static void Add(double[] counts, IEnumerable<int> cells)
    {
        var unit = cells.CountBy(cell => cell).ToList();
        var length = Math.Sqrt(unit.Sum(cell => (double)cell.Value * cell.Value));
        foreach (var (cell, times) in unit)
        {
            counts[cell] += times / length;
        }
    }
}
