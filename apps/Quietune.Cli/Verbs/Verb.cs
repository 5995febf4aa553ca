using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Ledger;

namespace Quietune.Cli.Verbs;

/// <summary>One verb: its options, its work, and the way its result and its errors are told.</summary>
internal abstract class Verb : Command
{
    private readonly Terminal terminal;
    private readonly Option<bool> json = new("--json") { Description = "One JSON object on standard output, and nothing else there." };

    /// <summary>Describes a verb.</summary>
    /// <param name="terminal">Where it speaks.</param>
    /// <param name="name">The word on the command line.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="example">A command that works.</param>
    protected Verb(Terminal terminal, string name, string description, string example)
        : base(name, $"{description}{Environment.NewLine}{Environment.NewLine}Example: {example}")
    {
        this.terminal = terminal;
        Add(json);
        SetAction((arguments, cancellationToken) => Task.Run(() => Guarded(arguments, cancellationToken), CancellationToken.None));
    }

    /// <summary>Does the work.</summary>
    /// <exception cref="BadInputException">The user's input cannot be used.</exception>
    protected abstract VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken);

    private int Guarded(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            var result = Run(arguments, terminal, cancellationToken);
            if (arguments.GetValue(json))
            {
                terminal.Json(result.Json);
            }
            else
            {
                result.Show(terminal);
            }

            return result.ExitCode;
        }
        catch (OperationCanceledException)
        {
            terminal.Error("stopped; nothing was written.");
            return ExitCode.Stopped;
        }
        catch (BudgetRefusedException refused)
        {
            terminal.Error(refused.Message);
            return ExitCode.BudgetRefused;
        }
        catch (Exception error) when (error is BadInputException or InvalidDataException or IOException or UnauthorizedAccessException or UnsupportedEventException)
        {
            terminal.Error(error.Message);
            return ExitCode.BadInput;
        }
        catch (Exception error)
        {
            terminal.Error($"this should not have happened: {error.GetType().Name}: {error.Message}");
            if (Environment.GetEnvironmentVariable("QUIETUNE_TRACE") == "1")
            {
                terminal.Line(error.ToString());
            }

            return ExitCode.Fault;
        }
    }
}
