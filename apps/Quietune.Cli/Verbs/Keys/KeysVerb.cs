using System.CommandLine;
using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs.Keys;

/// <summary><c>quietune keys</c>: the keys that sign certificates.</summary>
internal sealed class KeysVerb : Command
{
    /// <summary>Makes the verb with its parts.</summary>
    public KeysVerb(Terminal terminal)
        : base("keys", "Makes the keys with which certificates are signed and checked.") => Add(new KeysNewVerb(terminal));
}
