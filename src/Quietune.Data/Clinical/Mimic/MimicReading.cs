namespace Quietune.Data.Clinical.Mimic;

/// <summary>How an event's value is read.</summary>
internal enum MimicReading
{
    /// <summary>The number that is there.</summary>
    Number,

    /// <summary>A fraction, also where it was written as percent.</summary>
    Fraction,

    /// <summary>1 wherever there is an event: ventilator settings say that there is a ventilator.</summary>
    Mark,
}
