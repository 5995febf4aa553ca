namespace Quietune.Data.Clinical.Features;

/// <summary>Stays on a grid of 48 hours and 37 variables: the mean of each hour's values, NaN where there are none.</summary>
public sealed class StayGrid
{
    /// <summary>Rows of the grid.</summary>
    public const int Hours = 48;

    /// <summary>Wraps a grid that is computed already.</summary>
    /// <param name="admissions">One a stay.</param>
    /// <param name="values">[stays × 48 × 37]; the array itself is kept.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public StayGrid(IReadOnlyList<Admission> admissions, float[] values)
    {
        if (values.LongLength != (long)admissions.Count * Length)
        {
            throw new ArgumentException($"Expected {admissions.Count}·{Length} values, got {values.LongLength}.", nameof(values));
        }

        Admissions = admissions;
        Values = values;
    }

    /// <summary>Numbers in one stay: 48 × 37.</summary>
    public static int Length => Hours * ClinicalVariables.Count;

    /// <summary>One a stay.</summary>
    public IReadOnlyList<Admission> Admissions { get; }

    /// <summary>[stays × 48 × 37], hour by hour, in natural units; the array itself.</summary>
    public float[] Values { get; }

    /// <summary>Lays stays on the grid; what falls on 48:00 belongs to the last hour.</summary>
    public static StayGrid Of(IReadOnlyList<Stay> stays)
    {
        var values = new float[checked(stays.Count * Length)];
        Parallel.For(0, stays.Count, stay => Fill(stays[stay].Observations, values.AsSpan(stay * Length, Length)));
        return new([.. stays.Select(stay => stay.Admission)], values);
    }

    /// <summary>1 where a stay has a value, else 0, [48 × 37].</summary>
    public float[] Mask(int stay) => [.. Values.AsSpan(stay * Length, Length).ToArray().Select(value => float.IsNaN(value) ? 0f : 1f)];

    private static void Fill(IReadOnlyList<Observation> observations, Span<float> target)
    {
        var counts = new int[Length];
        foreach (var observation in observations)
        {
            var place = (Math.Min(observation.Minute / 60, Hours - 1) * ClinicalVariables.Count) + observation.Variable;
            target[place] += observation.Value;
            counts[place]++;
        }

        for (var place = 0; place < counts.Length; place++)
        {
            target[place] = counts[place] == 0 ? float.NaN : target[place] / counts[place];
        }
    }
}
