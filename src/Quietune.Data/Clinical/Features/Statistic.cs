namespace Quietune.Data.Clinical.Features;

/// <summary>What a feature says of one variable over the first 48 hours.</summary>
public enum Statistic
{
    /// <summary>The first value.</summary>
    First,

    /// <summary>The last value.</summary>
    Last,

    /// <summary>The smallest value.</summary>
    Min,

    /// <summary>The largest value.</summary>
    Max,

    /// <summary>The mean of the values.</summary>
    Mean,

    /// <summary>The least-squares slope an hour; 0 where all values have one time.</summary>
    Slope,

    /// <summary>How many values there are.</summary>
    Count,

    /// <summary>1 where there is no value, else 0.</summary>
    Missing,
}
