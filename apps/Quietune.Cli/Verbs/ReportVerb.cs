using System.CommandLine;
using System.Text.Json;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune report</c>: one page that tells a reviewer what a run promised and what was found when it was tried.</summary>
internal sealed class ReportVerb : Verb
{
    private readonly Argument<string> model = new("model") { Description = "The tuned ONNX file; its certificate and the record of its run stand beside it." };
    private readonly Option<string[]> audits = new("--audit") { Description = "Files of 'quietune audit --json', to be joined to the report.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> evaluations = new("--evaluation") { Description = "Files of 'quietune evaluate --json', of the tuned model or of the one before.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> html = new("--html") { Description = "The page's file; the report beside the model by default." };
    private readonly Option<string?> original = new("--original") { Description = "The ONNX file before tuning, to check." };
    private readonly Option<string?> key = new("--key") { Description = "The public key whose signature the certificate must carry." };
    private readonly Option<string?> ledger = new("--ledger") { Description = "The ledger that must hold the spend." };

    /// <summary>Makes the verb.</summary>
    public ReportVerb(Terminal terminal)
        : base(
            terminal,
            "report",
            "Makes one page, and the same as JSON, of what a tuning run promised and of what checks, audits and measures found. Exit code 1 where a check fails.",
            "quietune report tuned.onnx --audit audit.json --evaluation before.json after.json --html report.html")
    {
        foreach (var option in new Option[] { audits, evaluations, html, original, key, ledger })
        {
            Add(option);
        }

        Add(model);
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var (story, file) = new ReportJob(new(arguments.GetValue(model)!)
        {
            Audits = arguments.GetValue(audits) ?? [],
            Evaluations = arguments.GetValue(evaluations) ?? [],
            Html = arguments.GetValue(html),
            Original = arguments.GetValue(original),
            Key = arguments.GetValue(key),
            Ledger = arguments.GetValue(ledger),
        }).Run();
        var failed = story.Checks.Where(check => !check.Passes).ToList();
        return new(
            new { file, passes = failed.Count == 0, report = story, certificate = JsonSerializer.Deserialize<JsonElement>(story.Certificate) },
            people =>
            {
                people.Table(failed.Count == 0 ? "Checks hold" : "Checks do NOT hold", ["check", "result", "detail"], story.Checks.Select(check => new[] { check.Name, check.Passes ? "ok" : "FAILS", check.Detail }));
                people.Line($"wrote {file}");
            },
            failed.Count == 0 ? ExitCode.Done : ExitCode.Fault);
    }
}
