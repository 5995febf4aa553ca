using System.CommandLine;
using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune experiment</c>: the experiments of the literature and ours.</summary>
internal sealed class ExperimentVerb : Command
{
    /// <summary>Makes the verb with its experiments.</summary>
    public ExperimentVerb(Terminal terminal)
        : base("experiment", "Runs an experiment on public data that stands in for private data.")
    {
        Add(new MnistVerb(terminal));
        Add(new FromScratchVerb(terminal));
        Add(new IcuVerb(terminal));
    }
}
