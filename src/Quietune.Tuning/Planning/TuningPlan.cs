using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quietune.Privacy.Budgets;

namespace Quietune.Tuning.Planning;

/// <summary>Everything that decides what a tuning run does to private data, frozen before that data is opened.</summary>
/// <remarks>Two plans of equal content have equal hashes; a certificate names the hash.</remarks>
public sealed record TuningPlan
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The method's name, such as <c>one-draw</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The loss, as <see cref="Models.LossFunction.Named"/> knows it.</summary>
    public required string Loss { get; init; }

    /// <summary>W.</summary>
    public required GeometryPlan Geometry { get; init; }

    /// <summary>C, the bound on a unit's whitened gradient; found on public data.</summary>
    public required double ClipNorm { get; init; }

    /// <summary>How many releases, each after one pass over the private rows.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Share of the last step added to the next; 0 for none.</summary>
    public double Momentum { get; init; }

    /// <summary>κ, the bound on the mean public divergence of a step, in nats; 0 leaves the model as it is; null uses <see cref="StepSize"/>.</summary>
    public double? TrustRadius { get; init; }

    /// <summary>The fixed factor on a step where there is no trust region.</summary>
    public double StepSize { get; init; } = 1;

    /// <summary>N, the public nominal number of privacy units.</summary>
    public required long NominalSize { get; init; }

    /// <summary>What a neighbour is.</summary>
    public Adjacency Adjacency { get; init; } = Adjacency.AddRemove;

    /// <summary>What one unit is: <c>row</c>, or the column whose equal values belong to one unit.</summary>
    public string PrivacyUnit { get; init; } = "row";

    /// <summary>ε of the whole run.</summary>
    public required double Epsilon { get; init; }

    /// <summary>δ of the whole run.</summary>
    public required double Delta { get; init; }

    /// <summary>μ of the whole run, the largest that (ε, δ) allows.</summary>
    public required double Mu { get; init; }

    /// <summary>μ of each release: μ/√rounds, rounded down (Dong, Roth &amp; Su 2022, Corollary 3.3).</summary>
    public double MuPerRound => Rounds == 1 ? Mu : Math.BitDecrement(Math.BitDecrement(Mu / Math.Sqrt(Rounds)));

    /// <summary>SHA-256 of the plan's content, in lower-case hexadecimal.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Format)));

    /// <summary>The plan as JSON.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, Format);
}
