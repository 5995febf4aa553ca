using Quietune.Privacy.Accounting.Losses;
using Quietune.Privacy.Budgets;

namespace Quietune.Privacy.Accounting;

/// <summary>Accounts by the privacy loss distribution: the tightest accountant, with a bracket around the truth.</summary>
/// <remarks>
/// Knows every event but selection. Answers are rounded up; <see cref="PldCurve"/> also gives the other end of the bracket.
/// Numerics: the loss is put on a grid twice, once dominating and once dominated, tilted, and composed by Fourier transform.
/// Source: Sommer, Meiser and Mohammadi 2019; Koskela, Jälkö and Honkela 2020; Doroshenko et al. 2022; derived in docs/derivations/pld.md.
/// </remarks>
/// <param name="adjacency">The neighbouring relation.</param>
public sealed class PldAccountant(Adjacency adjacency = Adjacency.AddRemove) : IAccountant
{
    /// <inheritdoc />
    public Adjacency Adjacency => adjacency;

    /// <inheritdoc />
    public IPrivacyCurve Account(PrivacyEvent privacyEvent) => Curve(privacyEvent);

    /// <summary>The privacy curve of <paramref name="privacyEvent"/> with both ends of its bracket.</summary>
    /// <exception cref="UnsupportedEventException">The event has no known privacy loss distribution.</exception>
    public PldCurve Curve(PrivacyEvent privacyEvent) =>
        new([.. EventReduction.Reduce(privacyEvent, adjacency).Select(part => (LossPair.Of(part.Key, adjacency), part.Value))]);
}
