namespace Quietune.Data.Clinical;

/// <summary>One admission to intensive care.</summary>
/// <param name="Id">The record's or stay's number.</param>
/// <param name="Patient">The patient's number, the privacy unit; where patients are not told apart, the record's.</param>
/// <param name="Description">What was known when it began.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record Admission(long Id, long Patient, StayDescription Description, StayOutcome Outcome);
