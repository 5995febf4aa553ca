using MathNet.Numerics.Distributions;

namespace Quietune.Tuning.Evaluation;

/// <summary>How far one method lies above another in runs that share their rows and their seeds (Student 1908: the paired t-test).</summary>
/// <param name="Pairs">How many runs both have.</param>
/// <param name="Mean">Mean of the first less the second.</param>
/// <param name="StandardError">Standard error of that mean; null for one pair.</param>
/// <param name="PValue">Two-sided, by Student's t; null for one pair.</param>
/// <param name="Wins">Pairs in which the first is above the second.</param>
public sealed record PairedDifference(int Pairs, double Mean, double? StandardError, double? PValue, int Wins)
{
    /// <summary>Compares the runs that both have, in their order.</summary>
    /// <param name="first">One value a run.</param>
    /// <param name="second">One value a run; where one list is longer, its last runs have no partner and are left out.</param>
    /// <exception cref="ArgumentException">There is no pair.</exception>
    public static PairedDifference Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var differences = first.Zip(second, (one, other) => one - other).ToList();
        if (differences.Count == 0)
        {
            throw new ArgumentException("Expected at least one pair of runs, got none.", nameof(first));
        }

        var mean = differences.Average();
        var wins = differences.Count(difference => difference > 0);
        if (differences.Count == 1)
        {
            return new(1, mean, null, null, wins);
        }

        var degrees = differences.Count - 1;
        var error = Math.Sqrt(differences.Sum(difference => (difference - mean) * (difference - mean)) / degrees / differences.Count);
        var probability = error > 0 ? 2 * StudentT.CDF(0, 1, degrees, -Math.Abs(mean) / error) : mean == 0 ? 1 : 0;
        return new(differences.Count, mean, error, probability, wins);
    }
}
