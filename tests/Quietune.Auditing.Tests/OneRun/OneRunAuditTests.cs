using Quietune.Auditing.Claims;
using Quietune.Auditing.OneRun;
using Quietune.Auditing.Tests.Bounds;
using Quietune.Auditing.Tests.Broken;
using static TorchSharp.torch;

namespace Quietune.Auditing.Tests.OneRun;

/// <summary>One run of a mechanism that attains its bound proves a good part of ε, and never more than was promised.</summary>
public sealed class OneRunAuditTests
{
    private const int Audits = 20;

    [Fact]
    public void Audit_OfThousandCanaries_ProvesAQuarterOfFour()
    {
        // The canaries are not orthogonal: without taking off what they add in each other's directions the attack falls below 1.
        using var scope = NewDisposeScope();
        var claim = new GaussianClaim(0.924931, 1e-5);
        using var subject = new VectorSubject(Vectors.Random(4, 1_000, 1, 8_000, 0.5), claim.Mu, 0.5);
        var found = Enumerable.Range(0, Audits).Select(seed => OneRunAudit.Run(subject, claim, seed: (ulong)seed)).ToList();
        Assert.All(found, one => Assert.Equal(125, one.Guesses));
        Assert.InRange(found.Average(one => one.EpsilonLowerBound), 1.05, 2);
        Assert.DoesNotContain(found, one => one.IsRefuted);
    }

    [Fact]
    public void ApartCanaries_OfCopiesAndOthers_AreTheOthers()
    {
        using var scope = NewDisposeScope();
        var vectors = cat([Vectors.Orthogonal(4, 1, 12, 0.5), Vectors.Orthogonal(12, 1, 12, 0.5).narrow(0, 4, 1).expand(5, 1, 12)]);
        using var subject = new VectorSubject(vectors, 1, 0.5) { Kinds = [.. Enumerable.Range(0, 9).Select(i => i < 4 ? "apart" : "alike")] };
        var apart = new ApartCanaries(subject, 4);
        Assert.Equal(["apart", "apart", "apart", "apart"], apart.Kinds);
        Assert.Equal([4L, 1, 12], apart.Run([true, false, true, false]).Canaries.shape);
    }

    [Fact]
    public void Audit_OfPureRandomisedResponse_IsSound()
    {
        // Each canary's coin comes through a channel that is exactly ε-DP: the hardest case of the theorem, which the estimate itself would fail every second time.
        const double Epsilon = 1;
        const int Trials = 400;
        var random = new Data.SeededGenerator(9);
        var violations = Enumerable.Range(0, Trials).Count(_ =>
            OneRunBound.Lower(200, 200, Enumerable.Range(0, 200).Count(_ => random.NextDouble() < 1 / (1 + Math.Exp(-Epsilon))), 0, 0.95) > Epsilon);
        Assert.InRange(violations, 1, BettingBoundTests.MostAllowed(Trials, 0.05));
    }

    [Fact]
    public void Audit_OfForgottenNoise_RefutesThePromise()
    {
        using var scope = NewDisposeScope();
        var claim = new GaussianClaim(0.268051, 1e-5);
        using var subject = new VectorSubject(Vectors.Random(4, 200, 1, 2_000, 0.5), claim.Mu, 0.5) { Noise = (source, _, _) => new ScaledNoise(source, 0.1) };
        Assert.True(OneRunAudit.Run(subject, claim).IsRefuted);
    }
}
