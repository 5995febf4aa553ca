using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Quietune.Cli.Terminals;

/// <summary>What people see (on standard error) and what programs read (JSON on standard output).</summary>
internal sealed class Terminal
{
    /// <summary>How results are written, and read again by other verbs.</summary>
    public static JsonSerializerOptions Format { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    // A file or a pipe has no width: a sentence stays on one line there.
    private const int WidthInFiles = 1_000;

    private readonly TextWriter output;
    private readonly IAnsiConsole people;

    /// <summary>Writes to two writers.</summary>
    public Terminal(TextWriter output, TextWriter error)
    {
        this.output = output;
        var target = new AnsiConsoleOutput(error);
        people = AnsiConsole.Create(new() { Out = target, Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No });
        if (!target.IsTerminal)
        {
            people.Profile.Width = WidthInFiles;
        }
    }

    /// <summary>One line for people.</summary>
    public void Line(string text) => people.MarkupLineInterpolated($"{text}");

    /// <summary>One sentence that says what is wrong.</summary>
    public void Error(string sentence) => people.MarkupLineInterpolated($"[red]quietune:[/] {sentence.ReplaceLineEndings(" ")}");

    /// <summary>A table for people; numbers are right-aligned.</summary>
    public void Table(string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Title(Markup.Escape(title)).Border(TableBorder.Rounded);
        foreach (var (name, i) in columns.Select((name, i) => (name, i)))
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)) { Alignment = i == 0 ? Justify.Left : Justify.Right });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        people.Write(table);
    }

    /// <summary>One JSON object on standard output.</summary>
    public void Json(object value) => output.WriteLine(ToJson(value));

    /// <summary>An object as <see cref="Json"/> prints it.</summary>
    public static string ToJson(object value) => JsonSerializer.Serialize(value, Format);

    /// <summary>Does a piece of work under a progress bar.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="title">What is done, in a few words.</param>
    /// <param name="work">Reports the share done, from 0 to 1.</param>
    /// <param name="tellsTime">Whether to say how long it took; how long private rows took says how many there are.</param>
    public T Stage<T>(string title, Func<IProgress<double>, T> work, bool tellsTime = true)
    {
        var watch = Stopwatch.StartNew();
        string Told() => tellsTime ? $"{title}: {watch.Elapsed.TotalSeconds:0.0} s" : $"{title}: done";
        if (!people.Profile.Out.IsTerminal)
        {
            var plain = work(new Report(_ => { }));
            Line(Told());
            return plain;
        }

        T result = default!;
        people.Progress().AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: 1);
                result = work(new Report(share => task.Value = share));
                task.Value = 1;
            });
        Line(Told());
        return result;
    }

    // Progress<T> would report from another thread, after the work is done.
    private sealed class Report(Action<double> report) : IProgress<double>
    {
        void IProgress<double>.Report(double value) => report(value);
    }
}
