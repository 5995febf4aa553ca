using System.CommandLine;
using System.CommandLine.Help;
using Quietune.Cli.Terminals;
using Quietune.Cli.Verbs;
using Quietune.Cli.Verbs.Keys;
using Quietune.Cli.Verbs.Ledgers;

namespace Quietune.Cli;

/// <summary>The command line: one verb a file, results on standard output, everything for people on standard error.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command.</summary>
    /// <param name="arguments">What stands behind <c>quietune</c>.</param>
    /// <param name="output">Where JSON and help go.</param>
    /// <param name="error">Where tables, progress and errors go.</param>
    /// <returns>0 done, 1 our fault, 2 bad input, 3 budget refused, 130 stopped.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var terminal = new Terminal(output, error);
        var root = new RootCommand("Fine-tunes a pretrained model on a small, sensitive dataset with a differential-privacy guarantee.");
        foreach (var verb in All(terminal))
        {
            root.Add(verb);
        }

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            terminal.Error(parsed.Errors[0].Message + (parsed.CommandResult.Command == root ? " See 'quietune --help'." : string.Empty));
            return ExitCode.BadInput;
        }

        return await parsed.InvokeAsync(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
    }

    private static IEnumerable<Command> All(Terminal terminal) =>
    [
        new DemoVerb(terminal),
        new PlanVerb(terminal),
        new RehearseVerb(terminal),
        new TuneVerb(terminal),
        new VerifyVerb(terminal),
        new InspectVerb(terminal),
        new EvaluateVerb(terminal),
        new AuditVerb(terminal),
        new ReportVerb(terminal),
        new PrepareVerb(terminal),
        new PretrainVerb(terminal),
        new CompareVerb(terminal),
        new ExperimentVerb(terminal),
        new RecordsVerb(terminal),
        new AccountVerb(terminal),
        new LedgerVerb(terminal),
        new KeysVerb(terminal),
    ];
}
