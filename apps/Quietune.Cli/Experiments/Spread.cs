namespace Quietune.Cli.Experiments;

/// <summary>Values over seeds.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Std">Their sample standard deviation; 0 for one value.</param>
/// <param name="Values">Each, in the order of seeds.</param>
internal sealed record Spread(double Mean, double Std, IReadOnlyList<double> Values)
{
    /// <summary>The spread of values.</summary>
    public static Spread Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return new(mean, values.Count < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)), values);
    }
}
