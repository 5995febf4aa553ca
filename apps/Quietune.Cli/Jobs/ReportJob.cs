using System.Text.Json;
using Quietune.Cli.Audits;
using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Reporting;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>Rebuilds the report of a run from its certificate and its record, checks them, and joins audits and measures.</summary>
/// <param name="request">What to do.</param>
internal sealed class ReportJob(ReportRequest request)
{
    // Budgets are written and read again in full; this is for those who round them by hand.
    private const double Same = 1e-6;

    private static readonly JsonSerializerOptions Strict = new(Terminal.Format) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Makes the report and writes its page.</summary>
    /// <returns>What it tells, and the page's file.</returns>
    /// <exception cref="BadInputException">A file is none of this run's.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    public (TuningStory Story, string File) Run()
    {
        var stem = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(request.Model))!, Path.GetFileNameWithoutExtension(request.Model));
        var page = OutputFile.Named("--html", request.Html ?? $"{stem}.report.html", [request.Model, .. request.Audits, .. request.Evaluations]);
        var path = CertificateCheck.Beside(request.Model);
        var certificate = CertificateCheck.Read(path);
        var record = RunRecord.Load($"{stem}.run.json");
        if (record.ModelOutSha256 != certificate.ModelOutSha256)
        {
            throw new BadInputException($"{stem}.run.json: expected the record of the model with SHA-256 {certificate.ModelOutSha256}, which the certificate names, got that of {record.ModelOutSha256}.");
        }

        var audits = request.Audits.Select(Audit).ToList();
        var checks = new CertificateCheck(request.Model, path, request.Original, request.Key, request.Ledger).Run();
        var story = TuneStory.Of(certificate, record, File.ReadAllText(path)) with
        {
            Checks = [.. checks.Select(check => new CheckedClaim(check.Name, check.Passes, check.Detail))],
            Audits = [.. audits.SelectMany(found => found.Findings).Select(finding => Told(finding, certificate))],
            Membership = [.. audits.SelectMany(found => found.Membership).SelectMany(finding => Told(finding, certificate))],
            Exposure = [.. audits.SelectMany(found => found.Exposure).Select(found => new ExposureStory(found.Method, found.Epsilon, found.Insertions, found.Secrets, found.MeanExposure, found.MeanExposureNonPrivate, found.LargestExposure))],
            Evaluations = [.. request.Evaluations.Select(file => Measured(file, certificate))],
        };
        using var output = new StagedOutput(Path.GetDirectoryName(page)!);
        output.Write(Path.GetFileName(page), TuningPage.Render(story));
        return (story, output.Commit()[0]);
    }

    private static AuditStory Told(AuditFinding found, PrivacyCertificate certificate) => new(
        found.Attack,
        found.Method,
        found.Epsilon,
        found.Delta,
        found.EpsilonLowerBound,
        found.EpsilonLowerBoundOfAny,
        found.Accuracy,
        found.LargestAccuracy,
        found.Guesses,
        found.Confidence,
        found.IsRefuted,
        IsOf(certificate, found.Method, found.Epsilon, found.Delta),
        [.. found.Points.Select(point => new AttackPoint($"{found.Attack}, {point.Name}", point.FalseAlarmRate, point.HitRate))]);

    private static IEnumerable<MembershipStory> Told(MembershipFinding found, PrivacyCertificate certificate) => found.Attacks.Select(attack => new MembershipStory(
        attack.Attack,
        found.Method,
        found.Epsilon,
        attack.Roc.Area,
        attack.Roc.Advantage,
        attack.LargestAdvantage,
        attack.Roc.HitRateAtOnePercent,
        attack.LargestHitRateAtOnePercent,
        IsOf(certificate, found.Method, found.Epsilon, found.Delta),
        [.. attack.Roc.Points.Select(point => new AttackPoint(attack.Attack, point.FalseAlarmRate, point.HitRate))]));

    private static bool IsOf(PrivacyCertificate certificate, string method, double epsilon, double delta) =>
        method == TuningPlan.FromJson(certificate.Plan).Method && Math.Abs(epsilon - certificate.Epsilon) <= Same * epsilon && Math.Abs(delta - certificate.Delta) <= Same * delta;

    private static EvaluationStory Measured(string path, PrivacyCertificate certificate)
    {
        var record = Read<EvaluatedFile>(path, "--evaluation", "evaluate").Evaluation;
        var model = record.ModelSha256 == certificate.ModelOutSha256 ? "tuned"
            : record.ModelSha256 == certificate.ModelInSha256 ? "before tuning"
            : throw new BadInputException($"{path}: expected measures of the tuned model, SHA-256 {certificate.ModelOutSha256}, or of the one before, {certificate.ModelInSha256}, got those of {record.ModelSha256}.");
        return new(model, record.Data, record.Rows, record.Measures, record.Groups);
    }

    private static AuditFindings Audit(string path)
    {
        var found = Read<AuditFindings>(path, "--audit", "audit");
        return found.Findings.SelectMany(finding => finding.Points).All(point => point is { FalseAlarmRate: >= 0 and <= 1, HitRate: >= 0 and <= 1 })
            ? found
            : throw new BadInputException($"{path}: expected rates in [0, 1].");
    }

    private static T Read<T>(string path, string option, string verb)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"{option}: {path} does not exist; expected what 'quietune {verb} --json' writes.");
        }

        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Strict) ?? throw new JsonException("got null.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new BadInputException($"{option}: {path} is not what 'quietune {verb} --json' writes: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The part of an evaluation's JSON that a report reads.</summary>
    private sealed record EvaluatedFile(EvaluationRecord Evaluation);
}
