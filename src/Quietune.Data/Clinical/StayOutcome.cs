namespace Quietune.Data.Clinical;

/// <summary>How a stay ended.</summary>
/// <param name="DiedInHospital">Whether the patient died before leaving the hospital.</param>
/// <param name="HospitalDays">Days in hospital; null where it is not known.</param>
/// <param name="UnitDays">Days in intensive care; null where it is not known.</param>
/// <param name="Readmitted">Whether the patient came back within 30 days of leaving alive; null where it is not known.</param>
public sealed record StayOutcome(bool DiedInHospital, double? HospitalDays, double? UnitDays = null, bool? Readmitted = null)
{
    /// <summary>Whether the stay in intensive care lasted more than three days; null where it is not known.</summary>
    public bool? StayedOverThreeDays => UnitDays is { } days ? days > 3 : null;
}
