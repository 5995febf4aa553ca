namespace Quietune.Cli;

/// <summary>What the user gave cannot be used; the message is one sentence with the place, the value and what was expected.</summary>
/// <param name="message">The sentence.</param>
internal sealed class BadInputException(string message) : Exception(message);
