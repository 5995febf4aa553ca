using System.CommandLine;
using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune demo</c>.</summary>
internal sealed class DemoVerb : Verb
{
    /// <summary>Makes the verb.</summary>
    public DemoVerb(Terminal terminal)
        : base(terminal, "demo", "Tunes a small network on generated digits, privately, and tells the story.", "quietune demo")
    {
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken) => throw new BadInputException("not yet");
}
