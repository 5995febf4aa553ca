using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune verify</c>: whether a tuned model is what its certificate says, or a private evaluation was what its statement says.</summary>
internal sealed class VerifyVerb : Verb
{
    private readonly Argument<string> model = new("model") { Description = "The tuned ONNX file, or the one that was measured." };
    private readonly Option<string?> certificate = new("--certificate") { Description = "Its certificate, or what evaluate --private wrote; the certificate beside it by default." };
    private readonly Option<string?> original = new("--original") { Description = "The ONNX file before tuning, to compare with." };
    private readonly Option<string?> key = new("--key") { Description = "The public key whose signature the certificate must carry." };
    private readonly Option<string?> ledger = new("--ledger") { Description = "The ledger that must hold the spend." };

    /// <summary>Makes the verb.</summary>
    public VerifyVerb(Terminal terminal)
        : base(
            terminal,
            "verify",
            "Checks a tuned model against its certificate: hashes, ε recomputed from what was released, signature, ledger entry, and that only initializers moved. Exit code 1 where a check fails.",
            "quietune verify tuned.onnx --original m.onnx")
    {
        foreach (var option in new Option[] { certificate, original, key, ledger })
        {
            Add(option);
        }

        Add(model);
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var checks = new CertificateCheck(arguments.GetValue(model)!, arguments.GetValue(certificate), arguments.GetValue(original), arguments.GetValue(key), arguments.GetValue(ledger)).Run();
        var passes = checks.All(check => check.Passes);
        return new(
            new { passes, checks },
            people => people.Table(passes ? "The certificate holds" : "The certificate does NOT hold", ["check", "result", "detail"], checks.Select(check =>
                new[] { check.Name, check.Passes ? "ok" : "FAILS", check.Detail })),
            passes ? ExitCode.Done : ExitCode.Fault);
    }
}
