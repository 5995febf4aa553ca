using System.Diagnostics;
using Quietune.Cli.Terminals;
using Quietune.Reporting;

namespace Quietune.Cli.Jobs;

/// <summary>The stages of a job that read no private row: shown as they run, with their times kept for the report.</summary>
/// <param name="terminal">Where they are shown.</param>
internal sealed class Stages(Terminal terminal)
{
    private readonly List<StageTime> times = [];

    /// <summary>How long each took.</summary>
    public IReadOnlyList<StageTime> Times => times;

    /// <summary>Runs one.</summary>
    public T Run<T>(string title, Func<IProgress<double>, T> work)
    {
        var watch = Stopwatch.StartNew();
        var result = terminal.Stage(title, work);
        times.Add(new(title, watch.Elapsed.TotalSeconds));
        return result;
    }

    /// <summary>Says something in between.</summary>
    public void Say(string sentence) => terminal.Line(sentence);
}
