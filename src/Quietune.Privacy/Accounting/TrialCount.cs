using System.Text.Json.Serialization;

namespace Quietune.Privacy.Accounting;

/// <summary>The law of the random number of tries in private selection.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "law")]
[JsonDerivedType(typeof(NegativeBinomialTrials), "truncated-negative-binomial")]
[JsonDerivedType(typeof(PoissonTrials), "poisson")]
public abstract record TrialCount
{
    private protected TrialCount()
    {
    }

    /// <summary>The expected number of tries.</summary>
    [JsonIgnore]
    public abstract double Mean { get; }
}
