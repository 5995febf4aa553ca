namespace Quietune.Cli.Jobs;

/// <summary>What <c>quietune tune</c> was asked to do.</summary>
/// <param name="Public">What is read before private rows.</param>
/// <param name="PrivateData">The private table or images.</param>
/// <param name="Output">The tuned model's file.</param>
internal sealed record TuneRequest(PublicRequest Public, string PrivateData, string Output)
{
    /// <summary>The method's name, or <c>auto</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The plan to carry out; null to rehearse for one.</summary>
    public FrozenPlan? Plan { get; init; }

    /// <summary>Whether a plan that predicts harm is carried out all the same.</summary>
    public bool IsForced { get; init; }

    /// <summary>The ledger's place; null for none.</summary>
    public string? Ledger { get; init; }

    /// <summary>The dataset's id in the ledger.</summary>
    public string? Dataset { get; init; }

    /// <summary>File of the private key that signs the certificate; null leaves it unsigned.</summary>
    public string? SigningKey { get; init; }

    /// <summary>A seed for the noise, for tests: NOT PRIVATE. Null for secure noise.</summary>
    public ulong? Seed { get; init; }
}
