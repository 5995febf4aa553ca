namespace Quietune.Data.Clinical.Features;

/// <summary>Gathers the statistics of one variable of one stay, value by value in order of time.</summary>
internal sealed class RunningStatistics
{
    private int count;
    private double first;
    private double last;
    private double min = double.PositiveInfinity;
    private double max = double.NegativeInfinity;
    private double hours;
    private double sum;
    private double hoursSquared;
    private double product;

    public void Add(short minute, double value)
    {
        // Hours from the middle of the window: the sums stay small.
        var hour = (minute / 60.0) - 24;
        first = count == 0 ? value : first;
        last = value;
        min = Math.Min(min, value);
        max = Math.Max(max, value);
        count++;
        hours += hour;
        sum += value;
        hoursSquared += hour * hour;
        product += hour * value;
    }

    /// <summary>Writes the statistics in the order of <see cref="Statistic"/>.</summary>
    public static void Write(RunningStatistics? statistics, Span<float> target)
    {
        if (statistics is not { count: > 0 } some)
        {
            target[..6].Fill(float.NaN);
            target[6] = 0;
            target[7] = 1;
            return;
        }

        var spread = some.hoursSquared - (some.hours * some.hours / some.count);
        target[0] = (float)some.first;
        target[1] = (float)some.last;
        target[2] = (float)some.min;
        target[3] = (float)some.max;
        target[4] = (float)(some.sum / some.count);
        target[5] = spread > 1e-9 ? (float)((some.product - (some.hours * some.sum / some.count)) / spread) : 0;
        target[6] = some.count;
        target[7] = 0;
    }
}
