namespace Quietune.Data.Clinical;

/// <summary>How a stay ended.</summary>
/// <param name="DiedInHospital">Whether the patient died before leaving the hospital.</param>
/// <param name="LengthOfStay">Days in hospital; null where it is not known.</param>
/// <param name="Readmitted">Whether the patient came back within 30 days of leaving alive; null where it is not known.</param>
public sealed record StayOutcome(bool DiedInHospital, double? LengthOfStay, bool? Readmitted = null);
