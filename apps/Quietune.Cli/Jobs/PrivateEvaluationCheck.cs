using System.Text.Json;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;

namespace Quietune.Cli.Jobs;

/// <summary>What can be checked of a private evaluation's statement without private data.</summary>
/// <param name="statement">The statement.</param>
internal sealed class PrivateEvaluationCheck(PrivateEvaluationStatement statement)
{
    /// <summary>Whether a file's bytes hold such a statement, and not the certificate of a tuning run.</summary>
    public static bool Concerns(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("evaluationSha256", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The statement against itself: its hash is what budget was reserved for, before rows were read.</summary>
    public Check Settings()
    {
        var hash = statement.SettingsHash();
        return new("evaluation", hash == statement.EvaluationSha256, hash == statement.EvaluationSha256 ? hash : $"expected {statement.EvaluationSha256}, got {hash}");
    }

    /// <summary>The statement as a claim.</summary>
    /// <param name="reservation">Where its reservation is entered.</param>
    /// <param name="spend">Where its spend is entered.</param>
    /// <exception cref="ArgumentException">Its budget is none.</exception>
    public ReleaseClaim Claim(LedgerPosition reservation, LedgerPosition spend) => new(
        statement.Ledger?.Dataset ?? string.Empty,
        statement.PrivacyUnit,
        statement.Adjacency,
        new PrivacyBudget(statement.Epsilon, statement.Delta),
        statement.Event,
        statement.EvaluationSha256,
        statement.ScoresHash(),
        reservation,
        spend);
}
