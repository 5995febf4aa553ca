namespace Quietune.Data.Clinical.Features;

/// <summary>Turns features into a model's inputs: logarithms, standardised and clipped by public rows, the unknown at the public mean.</summary>
/// <remarks>
/// Guarantee: after it is made, applying it reads nothing but the row at hand. It never sees a private row before that.
/// The first value of a variable stays in the table but is no input: beside last, least, largest, mean and slope it only adds noise.
/// </remarks>
public sealed class FeatureScaling
{
    /// <summary>Inputs are kept within this many public standard deviations unless told: farther out nothing was learnt.</summary>
    public const double DefaultClip = 3;

    private static readonly int[] Columns = [.. FeatureColumn.All.Index().Where(column => column.Item.Statistic != Statistic.First).Select(column => column.Index)];

    private readonly double[] means;
    private readonly double[] deviations;
    private readonly double clip;

    private FeatureScaling(double[] means, double[] deviations, double clip) => (this.means, this.deviations, this.clip) = (means, deviations, clip);

    /// <summary>How many inputs a row has.</summary>
    public static int Width => Columns.Length;

    /// <summary>The features that become inputs, in order.</summary>
    public static IReadOnlyList<FeatureColumn> Inputs { get; } = [.. Columns.Select(column => FeatureColumn.All[column])];

    /// <summary>Takes the statistics of public rows; a feature that does not vary there is always 0.</summary>
    /// <param name="publicTable">Public rows.</param>
    /// <param name="clip">Largest absolute input, in standard deviations.</param>
    public static FeatureScaling Of(FeatureTable publicTable, double clip = DefaultClip)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clip);
        var (means, deviations) = (new double[Width], new double[Width]);
        for (var column = 0; column < Width; column++)
        {
            double count = 0, mean = 0, squares = 0;
            for (var row = 0; row < publicTable.Admissions.Count; row++)
            {
                var value = Transform(Columns[column], publicTable.Row(row)[Columns[column]]);
                if (!double.IsNaN(value))
                {
                    // Welford 1962.
                    var step = value - mean;
                    mean += step / ++count;
                    squares += step * (value - mean);
                }
            }

            (means[column], deviations[column]) = (mean, count > 1 ? Math.Sqrt(squares / (count - 1)) : 0);
        }

        return new(means, deviations, clip);
    }

    /// <summary>A table as examples of one input [<see cref="Width"/>] with the labels of an outcome.</summary>
    /// <param name="table">Public or private rows.</param>
    /// <param name="label">The outcome, 0 or 1, of a row.</param>
    public InMemoryExamples Apply(FeatureTable table, Func<Admission, float> label)
    {
        var inputs = new float[checked(table.Admissions.Count * Width)];
        Parallel.For(0, table.Admissions.Count, row =>
        {
            var source = table.Row(row);
            var target = inputs.AsSpan(row * Width, Width);
            for (var column = 0; column < Width; column++)
            {
                var scaled = (Transform(Columns[column], source[Columns[column]]) - means[column]) / deviations[column];
                target[column] = deviations[column] > 0 && !double.IsNaN(scaled) ? (float)Math.Clamp(scaled, -clip, clip) : 0;
            }
        });
        return new([Width], inputs, [.. table.Admissions.Select(label)]);
    }

    private static double Transform(int column, float value) =>
        FeatureColumn.All[column].IsLogarithmic ? Math.CopySign(Math.Log(1 + Math.Abs((double)value)), value) : value;
}
