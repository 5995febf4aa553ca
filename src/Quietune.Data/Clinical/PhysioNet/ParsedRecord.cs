namespace Quietune.Data.Clinical.PhysioNet;

/// <summary>A record without its outcome.</summary>
internal sealed record ParsedRecord(RecordFile File, long Id, StayDescription Description, Observation[] Observations, CleaningCounts Cleaned);
