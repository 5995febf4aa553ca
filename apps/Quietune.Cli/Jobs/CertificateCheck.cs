using System.Text.Json;
using Quietune.Cli.Outputs;
using Quietune.Onnx;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;
using Quietune.Storage;
using Quietune.Storage.Signatures;
using Quietune.Tuning.Certificates;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>Everything about a certificate, of a tuning run or of a private evaluation, that can be checked without private data.</summary>
/// <param name="model">The tuned or measured file.</param>
/// <param name="certificatePath">Its certificate; null for the file beside it.</param>
/// <param name="original">The file before tuning, or null.</param>
/// <param name="keyPath">The public key that must have signed, or null.</param>
/// <param name="ledgerLocation">The ledger that must hold the spend, or null.</param>
internal sealed class CertificateCheck(string model, string? certificatePath, string? original, string? keyPath, string? ledgerLocation)
{
    /// <summary>The bytes of a certificate's file: with a signature as its last member where there is a key.</summary>
    /// <param name="json">The certificate, a JSON object.</param>
    /// <param name="key">Signs; null for none.</param>
    public static byte[] Signed(string json, SigningKey? key)
    {
        if (key is null)
        {
            return System.Text.Encoding.UTF8.GetBytes(json);
        }

        using var document = JsonDocument.Parse(json);
        return SignedDocument.Write(document.RootElement, key);
    }

    /// <summary>Makes the checks.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    public IReadOnlyList<Check> Run()
    {
        var path = certificatePath ?? Beside(model);
        var bytes = Bytes(path);
        return PrivateEvaluationCheck.Concerns(bytes) ? OfEvaluation(bytes, path) : OfTuning(bytes, path);
    }

    private List<Check> OfTuning(byte[] bytes, string path)
    {
        var certificate = Read(bytes, path);
        List<Check> checks =
        [
            Privacy(certificate.NotPrivate),
            Same("tuned model's hash", certificate.ModelOutSha256, StagedOutput.Sha256(model)),
            Epsilon(certificate.Epsilon, certificate.Delta, (reservation, spend) => Claim(certificate, reservation, spend)),
            Plan(certificate),
            Law(certificate),
            Signature(bytes, path),
        ];
        if (certificate.Ball is { } ball)
        {
            checks.Add(BallOf(certificate, ball));
        }

        if (original is not null)
        {
            checks.Add(Same("original model's hash", certificate.ModelInSha256, StagedOutput.Sha256(original)));
            checks.Add(Graph());
        }

        if (ledgerLocation is not null)
        {
            checks.Add(Ledger(certificate.Ledger, (reservation, spend) => Claim(certificate, reservation, spend)));
        }

        return checks;
    }

    private List<Check> OfEvaluation(byte[] bytes, string path)
    {
        if (original is not null)
        {
            throw new InvalidDataException($"{path}: Expected no --original beside the statement of a private evaluation, which changes no model.");
        }

        var statement = PrivateEvaluationStatement.Read(bytes, path);
        var evaluation = new PrivateEvaluationCheck(statement);
        List<Check> checks =
        [
            Privacy(statement.NotPrivate),
            Same("measured model's hash", statement.ModelSha256, StagedOutput.Sha256(model)),
            Epsilon(statement.Epsilon, statement.Delta, evaluation.Claim),
            evaluation.Settings(),
            Signature(bytes, path),
        ];
        if (ledgerLocation is not null)
        {
            checks.Add(Ledger(statement.Ledger, evaluation.Claim));
        }

        return checks;
    }

    /// <summary>Where a model's certificate stands.</summary>
    public static string Beside(string model) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, $"{Path.GetFileNameWithoutExtension(model)}.certificate.json");

    /// <summary>Reads a certificate's file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is no certificate.</exception>
    public static PrivacyCertificate Read(string path) => Read(Bytes(path), path);

    private static byte[] Bytes(string path) => File.Exists(path) ? File.ReadAllBytes(path) : throw new FileNotFoundException($"{path} does not exist; expected the certificate.", path);

    private static PrivacyCertificate Read(byte[] bytes, string path)
    {
        try
        {
            var certificate = PrivacyCertificate.FromJson(System.Text.Encoding.UTF8.GetString(bytes));
            return certificate is { Event: not null, Geometry: not null, PrivacyUnit: not null, PlanSha256: not null, ModelInSha256: not null, ModelOutSha256: not null }
                && certificate.Ledger is null or { Dataset: not null, Reservation: not null, Spend: not null }
                ? certificate
                : throw new InvalidDataException("Expected a certificate in JSON, got one that leaves a member empty.");
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    private static Check Privacy(string? notPrivate) => new("noise that nobody can guess", notPrivate is null, notPrivate ?? "secure generator");

    private static Check Same(string name, string expected, string found) =>
        new(name, expected == found, expected == found ? found : $"expected {expected}, got {found}");

    private static Check Epsilon(double epsilon, double delta, Func<LedgerPosition, LedgerPosition, ReleaseClaim> released)
    {
        const string Name = "ε, recomputed from the events";
        try
        {
            var claim = released(LedgerPosition.Start, LedgerPosition.Start);
            var faults = claim.Faults();
            return new(Name, faults.Count == 0, faults.Count == 0 ? $"{claim.Epsilon():G10} at δ = {delta}, promised {epsilon}" : faults[0]);
        }
        catch (ArgumentException error)
        {
            return new(Name, Passes: false, error.Message);
        }
    }

    /// <summary>ε = 2·β·Δ·R, from the numbers of the law itself.</summary>
    private static Check BallOf(PrivacyCertificate certificate, CertifiedBall ball)
    {
        const double Slack = 1e-9;
        var epsilon = 2 * certificate.Beta * certificate.AccountedSensitivity * ball.Radius;
        return new("ε, recomputed from the ball", epsilon <= certificate.Epsilon * (1 + Slack), $"{epsilon:G10} = 2·β·Δ·R, promised {certificate.Epsilon}");
    }

    private static Check Plan(PrivacyCertificate certificate)
    {
        try
        {
            var plan = TuningPlan.FromJson(certificate.Plan);
            var agrees = (plan.Epsilon, plan.Delta, plan.Mu, plan.NominalSize, plan.ClipNorm, plan.Rounds, plan.Adjacency, plan.PrivacyUnit)
                == (certificate.Epsilon, certificate.Delta, certificate.Mu, certificate.NominalSize, certificate.ClipNorm, certificate.Rounds, certificate.Adjacency, certificate.PrivacyUnit)
                && JsonSerializer.Serialize(plan.Event) == JsonSerializer.Serialize(certificate.Event)
                && JsonSerializer.Serialize(plan.Geometry) == JsonSerializer.Serialize(certificate.Geometry);
            var hash = plan.Hash();
            return new("plan", agrees && hash == certificate.PlanSha256, agrees ? hash : "the certificate and its plan differ");
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or ArgumentException)
        {
            return new("plan", Passes: false, error.Message);
        }
    }

    /// <summary>Noise, lattice step, sensitivities and excess, recomputed from the plan.</summary>
    private static Check Law(PrivacyCertificate certificate)
    {
        const string Name = "noise, recomputed from the plan";
        try
        {
            var faults = certificate.LawFaults();
            return new(Name, faults.Count == 0, faults.Count == 0 ? $"{certificate.NoiseScale:G6} on each of {certificate.Dimension} coordinates" : faults[0]);
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or ArgumentException or InvalidOperationException)
        {
            return new(Name, Passes: false, error.Message);
        }
    }

    private static ReleaseClaim Claim(PrivacyCertificate certificate, LedgerPosition reservation, LedgerPosition spend) => new(
        certificate.Ledger?.Dataset ?? string.Empty,
        certificate.PrivacyUnit,
        certificate.Adjacency,
        new PrivacyBudget(certificate.Epsilon, certificate.Delta),
        certificate.Event,
        certificate.PlanSha256,
        certificate.ModelOutSha256,
        reservation,
        spend);

    private Check Signature(byte[] bytes, string path)
    {
        using var document = JsonDocument.Parse(bytes);
        if (!document.RootElement.TryGetProperty("signature", out _))
        {
            return new("signature", keyPath is null, keyPath is null ? "none; whoever can write the file can write another" : "none, where one was expected");
        }

        try
        {
            var signed = SignedDocument.Read(bytes, path, keyPath is null ? null : VerificationKey.Load(keyPath));
            return new("signature", Passes: true, $"by key {signed.Signer}{(keyPath is null ? "; give --key to say whose it must be" : string.Empty)}");
        }
        catch (InvalidDataException error)
        {
            return new("signature", Passes: false, error.Message);
        }
    }

    private Check Graph()
    {
        using var before = OnnxModelFile.Load(original!);
        using var after = OnnxModelFile.Load(model);
        var difference = ModelDifference.Between(before, after);
        return new("same graph", difference.IsSameGraph, difference.Moved.Count == 0
            ? "no initializer moved"
            : $"moved: {string.Join(", ", difference.Moved.Select(moved => $"{moved.Name} by {moved.RelativeChange:P1}"))}");
    }

    private Check Ledger(LedgerRecord? entered, Func<LedgerPosition, LedgerPosition, ReleaseClaim> released)
    {
        if (entered is not { } record)
        {
            return new("ledger", Passes: false, "the certificate names no ledger entry");
        }

        using var ledger = LedgerStore.Open(ledgerLocation!);
        try
        {
            var faults = released(LedgerPosition.Parse(record.Reservation), LedgerPosition.Parse(record.Spend)).Faults(ledger);
            return new("ledger", faults.Count == 0, faults.Count == 0 ? $"entry {record.Spend.Split(':')[0]} of {(File.Exists(ledger.Name) ? Path.GetFileName(ledger.Name) : ledger.Name)}" : faults[0]);
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            return new("ledger", Passes: false, error.Message);
        }
    }
}
