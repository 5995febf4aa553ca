using Quietune.Auditing.Claims;
using Quietune.Auditing.Tests.Bounds;
using Quietune.Auditing.Tests.Broken;
using Quietune.Auditing.TwoWorlds;
using static TorchSharp.torch;

namespace Quietune.Auditing.Tests.TwoWorlds;

/// <summary>200 audits at 95 % confidence of mechanisms that keep their word: no more than one in twenty may accuse them, within binomial error.</summary>
/// <remarks>The mechanism attains its bound, so an audit that told its estimate instead of a lower bound would accuse every second one.</remarks>
public sealed class TwoWorldsSoundnessTests
{
    private const int Audits = 200;

    [Theory]
    [InlineData(1, 60)]
    [InlineData(8, 60)]
    public void Audit_OfRightMechanisms_AccusesNoMoreThanItsLevel(int canaries, int draws)
    {
        var claim = new GaussianClaim(0.924931, 1e-5);
        var (violations, estimates) = (0, 0);
        using var scope = NewDisposeScope();
        using var subject = new VectorSubject(Vectors.Orthogonal(canaries, 1, 8, 0.5), claim.Mu, 0.5) { Kinds = [.. Enumerable.Range(0, canaries).Select(i => $"kind {i % 2}")] };
        for (var audit = 0; audit < Audits; audit++)
        {
            var found = TwoWorldsAudit.Run(subject, claim, draws, seed: (ulong)audit);
            violations += found.EpsilonLowerBound > claim.Epsilon ? 1 : 0;
            estimates += found.Accuracy > claim.LargestAccuracy ? 1 : 0;
        }

        Assert.InRange(violations, 0, BettingBoundTests.MostAllowed(Audits, 0.05));
        Assert.InRange(estimates, Audits / 5, Audits);
    }

    [Fact]
    public void Audit_OfManyDraws_ComesNearTheClaim()
    {
        var claim = new GaussianClaim(0.268051, 1e-5);
        using var scope = NewDisposeScope();
        using var subject = new VectorSubject(Vectors.Orthogonal(60, 1, 60, 0.5), claim.Mu, 0.5);
        var found = TwoWorldsAudit.Run(subject, claim, draws: 2_000);
        Assert.InRange(found.EpsilonLowerBound, 0.8, claim.Epsilon);
        Assert.InRange(found.EpsilonLowerBoundOfAny, 0.2, found.EpsilonLowerBound);
        Assert.Equal(120_000, found.Guesses);
    }
}
