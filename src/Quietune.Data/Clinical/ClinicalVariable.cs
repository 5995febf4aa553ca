namespace Quietune.Data.Clinical;

/// <summary>A vital sign, laboratory value or other quantity followed during a stay.</summary>
/// <param name="Name">Its name in the PhysioNet 2012 records, which names it everywhere.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Low">The smallest plausible value.</param>
/// <param name="High">The largest plausible value; anything outside is a mistake of recording and is dropped.</param>
/// <param name="IsSkewed">Whether its values spread over orders of magnitude, so that models see its logarithm.</param>
public sealed record ClinicalVariable(string Name, string Unit, double Low, double High, bool IsSkewed = false)
{
    /// <summary>Whether a value can be true of a living patient.</summary>
    public bool IsPlausible(double value) => value >= Low && value <= High;
}
