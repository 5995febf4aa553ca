namespace Quietune.Privacy.Accounting;

/// <summary>An accountant was given an event for which it has no theorem.</summary>
public sealed class UnsupportedEventException : NotSupportedException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence that names the accountant, the event and what it knows instead.</param>
    public UnsupportedEventException(string message)
        : base(message)
    {
    }
}
