namespace Quietune.Data.Clinical;

/// <summary>The rules by which records are cleaned; whatever else is wrong with a record is refused by name.</summary>
public enum Cleaning
{
    /// <summary>A value of −1 means missing and is left out.</summary>
    MissingMark,

    /// <summary>A variable that is not one of the 37, nor one that describes the patient, is left out.</summary>
    UnknownVariable,

    /// <summary>A value outside the variable's plausible range is left out.</summary>
    ImplausibleValue,

    /// <summary>A pH written without its point (735 for 7.35, 73.5 for 7.35) is read with it.</summary>
    MisplacedPoint,

    /// <summary>A value later than 48 hours is left out.</summary>
    AfterTwoDays,

    /// <summary>A description given twice keeps its first known value.</summary>
    RepeatedDescription,

    /// <summary>A record without an outcome is left out.</summary>
    RecordWithoutOutcome,

    /// <summary>An outcome without a record is left out.</summary>
    OutcomeWithoutRecord,
}
