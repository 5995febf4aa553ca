using MathNet.Numerics.Distributions;

namespace Quietune.Cli.Experiments;

/// <summary>Values over seeds.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Std">Their sample standard deviation; 0 for one value.</param>
/// <param name="Low">Lower end of the 95 % interval of the mean over seeds, by Student's t; null for one value.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Values">Each, in the order of seeds.</param>
internal sealed record Spread(double Mean, double Std, double? Low, double? High, IReadOnlyList<double> Values)
{
    private const double Upper = 0.975;

    /// <summary>The spread of values.</summary>
    public static Spread Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        if (values.Count < 2)
        {
            return new(mean, 0, null, null, values);
        }

        var std = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        var reach = StudentT.InvCDF(0, 1, values.Count - 1, Upper) * std / Math.Sqrt(values.Count);
        return new(mean, std, mean - reach, mean + reach, values);
    }
}
