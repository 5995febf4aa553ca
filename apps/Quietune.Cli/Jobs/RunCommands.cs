using System.Globalization;
using Quietune.Privacy.Budgets;
using Quietune.Reporting;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>The commands that make, check and measure a run again.</summary>
internal static class RunCommands
{
    /// <summary>Writes them for a shell; folders, passwords and the private table are left out.</summary>
    public static IReadOnlyList<NamedValue> Of(TuneRequest request, TuningPlan plan)
    {
        var (model, tuned) = (Quoted(Path.GetFileName(request.Public.Model)), Quoted(Path.GetFileName(request.Output)));
        var words = Words(request.Public, plan);
        return
        [
            new("Find the plan again", $"quietune rehearse --model {model} {words} --method {plan.Method} --out plan.json", "gives the plan with the same SHA-256 on the same machine and versions; reads no private row"),
            new("Tune again", $"quietune tune --model {model} {words} --private PRIVATE --plan plan.json --out {tuned}", "draws other noise, so another model, and spends the budget once more: a private draw cannot be repeated"),
            new("Check the certificate", $"quietune verify {tuned} --original {model}", "add --ledger and --key for the budget's entry and the signature"),
            new("Measure", $"quietune evaluate --model {tuned} --data TEST --preprocess {Quoted($"{Path.GetFileNameWithoutExtension(request.Output)}.preprocess.json")} --loss {plan.Loss} --json > evaluation.json", "on rows declared public"),
            new("Attack", $"quietune audit --model {model} --public PUBLIC{Label(request.Public)} --loss {plan.Loss} --method {plan.Method} --epsilon {Written(plan.Epsilon)} --delta {Written(plan.Delta)} --json > audit.json", "on public rows; costs no budget"),
            new("Make this report again", $"quietune report {tuned} --audit audit.json --evaluation evaluation.json", null),
        ];
    }

    /// <summary>A table as it may be shown: without a folder or a password.</summary>
    public static string Named(string table)
    {
        var name = Inputs.Checked(() => Data.Tables.TableReference.Parse(table)).Name;
        return File.Exists(name) ? Path.GetFileName(name) : name;
    }

    private static string Words(PublicRequest request, TuningPlan plan)
    {
        var features = request.Features.Count > 0 ? $" --features {string.Join(' ', request.Features.Select(Quoted))}" : string.Empty;
        var train = request.Train.Count > 0 ? $" --train {string.Join(' ', request.Train.Select(Quoted))}" : string.Empty;
        var spec = request.Preprocess is { } path ? $" --preprocess {Quoted(Path.GetFileName(path))}" : string.Empty;
        var unit = request.UnitColumn is { } column ? $" --privacy-unit {Quoted(column)}" : string.Empty;
        var adjacency = request.Adjacency switch
        {
            Adjacency.ReplaceOne => " --adjacency replace-one",
            Adjacency.ZeroOut => " --adjacency zero-out",
            _ => string.Empty,
        };
        return $"--public {Quoted(Named(request.PublicData))}{Label(request)}{features}{spec}{train}{unit}{adjacency} --loss {plan.Loss} --nominal-size {plan.NominalSize.ToString(CultureInfo.InvariantCulture)} --epsilon {Written(plan.Epsilon)} --delta {Written(plan.Delta)}";
    }

    private static string Label(PublicRequest request) => request.Label is { } label ? $" --label {Quoted(label)}" : string.Empty;

    private static string Written(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=+,@".Contains(letter, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
