namespace Quietune.Data.Clinical.Features;

/// <summary>Turns a grid into a sequence model's inputs: standardised by public rows, carried forward over gaps, with masks.</summary>
/// <remarks>Guarantee: after it is made, applying it reads nothing but the stay at hand.</remarks>
public sealed class GridScaling
{
    private readonly double[] means;
    private readonly double[] deviations;
    private readonly double clip;

    private GridScaling(double[] means, double[] deviations, double clip) => (this.means, this.deviations, this.clip) = (means, deviations, clip);

    /// <summary>Numbers of one hour: a value and a mask of each variable.</summary>
    public static int HourWidth => 2 * ClinicalVariables.Count;

    /// <summary>Takes mean and deviation of each variable over the hours of public stays; a variable that does not vary there is always 0.</summary>
    /// <param name="publicGrid">Public stays.</param>
    /// <param name="clip">Largest absolute input, in standard deviations.</param>
    public static GridScaling Of(StayGrid publicGrid, double clip = FeatureScaling.DefaultClip)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clip);
        var count = ClinicalVariables.Count;
        var (numbers, means, squares) = (new double[count], new double[count], new double[count]);
        for (var place = 0; place < publicGrid.Values.Length; place++)
        {
            var variable = place % count;
            var value = Transform(variable, publicGrid.Values[place]);
            if (!double.IsNaN(value))
            {
                var step = value - means[variable];
                means[variable] += step / ++numbers[variable];
                squares[variable] += step * (value - means[variable]);
            }
        }

        return new(means, [.. squares.Select((square, i) => numbers[i] > 1 ? Math.Sqrt(square / (numbers[i] - 1)) : 0)], clip);
    }

    /// <summary>A grid as examples of one input [48, 2·37]: each hour's values, then its masks. Before the first value stands the public mean.</summary>
    /// <param name="grid">Public or private stays.</param>
    /// <param name="label">The outcome, 0 or 1, of a stay.</param>
    public InMemoryExamples Apply(StayGrid grid, Func<Admission, float> label)
    {
        var count = ClinicalVariables.Count;
        var inputs = new float[checked(grid.Admissions.Count * StayGrid.Hours * HourWidth)];
        Parallel.For(0, grid.Admissions.Count, stay =>
        {
            var source = grid.Values.AsSpan(stay * StayGrid.Length, StayGrid.Length);
            var target = inputs.AsSpan(stay * StayGrid.Hours * HourWidth, StayGrid.Hours * HourWidth);
            for (var variable = 0; variable < count; variable++)
            {
                var carried = 0f;
                for (var hour = 0; hour < StayGrid.Hours; hour++)
                {
                    var value = (Transform(variable, source[(hour * count) + variable]) - means[variable]) / deviations[variable];
                    var measured = !float.IsNaN(source[(hour * count) + variable]);
                    carried = measured && deviations[variable] > 0 ? (float)Math.Clamp(value, -clip, clip) : carried;
                    target[(hour * HourWidth) + variable] = carried;
                    target[(hour * HourWidth) + count + variable] = measured ? 1 : 0;
                }
            }
        });
        return new([StayGrid.Hours, HourWidth], inputs, [.. grid.Admissions.Select(label)]);
    }

    private static double Transform(int variable, float value) => ClinicalVariables.All[variable].IsSkewed ? Math.Log(1 + Math.Max(value, 0)) : value;
}
