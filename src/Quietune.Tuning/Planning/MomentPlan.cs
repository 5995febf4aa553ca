using System.Text.Json.Serialization;

namespace Quietune.Tuning.Planning;

/// <summary>A release of the inputs' second moments before the first round, by whose inverse every later step is turned; for a model of one linear layer.</summary>
/// <remarks>docs/derivations/linear-models.md, "Released moments". Source: Wang 2018, algorithm 2; Mehta et al. 2023, section 4; Avella-Medina, Bradshaw &amp; Loh 2023 for Newton.</remarks>
/// <param name="Share">The share of μ² that the release takes, in (0, 1).</param>
/// <param name="Damping">The ridge over the spectral norm that the release's noise has.</param>
/// <param name="ClipNorm">B, the bound on a unit's root of summed squared inputs, the bias's constant 1 among them; found on public data.</param>
public sealed record MomentPlan(double Share, double Damping, double ClipNorm = 1)
{
    /// <summary>Whether each row counts by its loss's curvature at the present parameters, and the moments are released anew before every round: Newton's steps.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Curved { get; init; }

    /// <summary>How many releases of moments a run of so many rounds makes.</summary>
    internal int Releases(int rounds) => Curved ? rounds : 1;
}
