using System.CommandLine;
using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune records</c>: clinical records to tables, and invented records.</summary>
internal sealed class RecordsVerb : Command
{
    /// <summary>Makes the verb with what it can do.</summary>
    public RecordsVerb(Terminal terminal)
        : base("records", "Turns clinical records into tables, and invents records to try things out.")
    {
        Add(new ExportRecordsVerb(terminal));
        Add(new GenerateRecordsVerb(terminal));
    }
}
