using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Ledger;
using Quietune.Storage;

namespace Quietune.Cli.Verbs.Ledgers;

/// <summary>A verb that works on one ledger.</summary>
internal abstract class LedgerPartVerb : Verb
{
    private readonly Option<string> location = new("--ledger")
    {
        Description = "The ledger: a SQLite file, made on first use, or postgres://user:password@host:port/database.",
        DefaultValueFactory = _ => LedgerStore.DefaultLocation,
    };

    /// <summary>Describes a verb.</summary>
    /// <param name="terminal">Where it speaks.</param>
    /// <param name="name">The word on the command line.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="example">A command that works.</param>
    protected LedgerPartVerb(Terminal terminal, string name, string description, string example)
        : base(terminal, name, description, example) => Add(location);

    /// <summary>Who acts, unless told otherwise: the user and the machine.</summary>
    protected static Option<string> Who() => new("--who")
    {
        Description = "Who acts, for the record.",
        DefaultValueFactory = _ => $"{Environment.UserName}@{Environment.MachineName}",
    };

    /// <summary>The dataset's id.</summary>
    protected static Option<string?> Dataset(bool required) => new("--dataset") { Description = "The dataset's id, given by its owner; it says nothing about its content.", Required = required };

    /// <summary>Does the work on the ledger.</summary>
    protected abstract VerbResult Run(ParseResult arguments, ILedger ledger);

    /// <inheritdoc/>
    protected sealed override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var ledger = LedgerStore.Open(arguments.GetValue(location)!);
        return Run(arguments, ledger);
    }
}
