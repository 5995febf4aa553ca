namespace Quietune.Data.Clinical.Features;

/// <summary>The features of many stays, in natural units, NaN where unknown.</summary>
public sealed class FeatureTable
{
    private const int FirstStatistic = 7;
    private static readonly int Statistics = Enum.GetValues<Statistic>().Length;

    /// <summary>Wraps rows that are computed already.</summary>
    /// <param name="admissions">One a row.</param>
    /// <param name="values">[rows × <see cref="FeatureColumn.All"/>], row-major; the array itself is kept.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public FeatureTable(IReadOnlyList<Admission> admissions, float[] values)
    {
        if (values.LongLength != (long)admissions.Count * Width)
        {
            throw new ArgumentException($"Expected {admissions.Count}·{Width} values, got {values.LongLength}.", nameof(values));
        }

        Admissions = admissions;
        Values = values;
    }

    /// <summary>How many features a row has.</summary>
    public static int Width => FeatureColumn.All.Count;

    /// <summary>One a row.</summary>
    public IReadOnlyList<Admission> Admissions { get; }

    /// <summary>[rows × <see cref="Width"/>], row-major; the array itself.</summary>
    public float[] Values { get; }

    /// <summary>Computes the features of stays.</summary>
    /// <param name="stays">Their observations lie in order of time.</param>
    public static FeatureTable Of(IReadOnlyList<Stay> stays)
    {
        var values = new float[checked(stays.Count * Width)];
        Parallel.For(0, stays.Count, row =>
        {
            var target = values.AsSpan(row * Width, Width);
            Describe(stays[row].Admission.Description, target);
            Summarise(stays[row].Observations, target);
        });
        return new([.. stays.Select(stay => stay.Admission)], values);
    }

    /// <summary>The features of one row, [<see cref="Width"/>].</summary>
    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Width, Width);

    /// <summary>Writes the features that describe the patient.</summary>
    internal static void Describe(StayDescription description, Span<float> target)
    {
        target[0] = description.Age;
        target[1] = description.Gender;
        target[2] = description.Height;
        for (var type = 1; type <= 4; type++)
        {
            target[2 + type] = float.IsNaN(description.IcuType) ? float.NaN : description.IcuType == type ? 1 : 0;
        }
    }

    /// <summary>The eight statistics of one variable, within a row.</summary>
    internal static Span<float> Of(int variable, Span<float> row) => row.Slice(FirstStatistic + (variable * Statistics), Statistics);

    private static void Summarise(IReadOnlyList<Observation> observations, Span<float> row)
    {
        var running = new RunningStatistics[ClinicalVariables.Count];
        foreach (var observation in observations)
        {
            (running[observation.Variable] ??= new()).Add(observation.Minute, observation.Value);
        }

        for (var variable = 0; variable < running.Length; variable++)
        {
            RunningStatistics.Write(running[variable], Of(variable, row));
        }
    }
}
