using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Accounting;

/// <summary>Turns an event into the privacy it costs.</summary>
public interface IAccountant
{
    /// <summary>The neighbouring relation of every answer.</summary>
    Adjacency Adjacency { get; }

    /// <summary>The privacy curve of <paramref name="privacyEvent"/>.</summary>
    /// <exception cref="UnsupportedEventException">The accountant has no theorem for the event; it never guesses.</exception>
    IPrivacyCurve Account(PrivacyEvent privacyEvent);
}
