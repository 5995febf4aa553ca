using Quietune.Auditing.Claims;
using Quietune.Auditing.TwoWorlds;
using Quietune.Data;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Noise;
using static TorchSharp.torch;

namespace Quietune.Auditing.Tests.Broken;

/// <summary>Slips that have been made in real code: the audit refutes each, and does not refute the mechanism without it.</summary>
/// <remarks>At a confidence of 1 − 1e-6 on both sides: fewer than one right mechanism in a million would be refuted.</remarks>
public sealed class BrokenMechanismTests
{
    private const double Confidence = 1 - 1e-6;
    private const double ClipNorm = 0.7;
    private const double Mu = 1;
    private const int Dimension = 12;

    [Fact]
    public void NoiseAtNinetyPercent_IsRefuted()
    {
        // The hardest: μ is larger by a ninth.
        AssertRefuted(isBroken => new(Vectors.Orthogonal(Dimension, 1, Dimension, ClipNorm), Mu, ClipNorm)
        {
            Noise = (source, _, _) => isBroken ? new ScaledNoise(source, 0.9) : source,
        }, new GaussianClaim(Mu, 1e-5), draws: 4_000);
    }

    [Fact]
    public void SizeTakenFromTheData_IsRefuted()
    {
        // Twenty rows pull one way and the canary the other way: dividing by how many rows there are moves all of them.
        const int Rows = 20;
        var direction = Vectors.Orthogonal(1, 1, Dimension, ClipNorm);
        AssertRefuted(isBroken => new(direction, Mu, ClipNorm)
        {
            Others = direction[0, 0] * -Rows,
            After = (released, canaries) => isBroken ? released * Rows / (Rows + canaries) : released,
        }, new GaussianClaim(Mu, 1e-5), draws: 1_000);
    }

    [Fact]
    public void NoiseReusedOverRounds_IsRefuted()
    {
        // Two rounds with the same noise: their difference has none. A canary's gradient moves from round to round, as the model does.
        const int Rounds = 3;
        AssertRefuted(isBroken => new(Vectors.Random(3, 6, Rounds, Dimension, ClipNorm), Mu, ClipNorm)
        {
            Noise = (source, run, _) => isBroken ? new SeededNoise((ulong)run) : source,
        }, new GaussianClaim(Mu * Math.Sqrt(Rounds), 1e-5), draws: 400);
    }

    [Fact]
    public void SeededGenerator_IsRefuted()
    {
        AssertRefuted(isBroken => new(Vectors.Orthogonal(6, 1, Dimension, ClipNorm), Mu, ClipNorm)
        {
            Noise = (source, _, _) => isBroken ? new SeededNoise(42) : source,
        }, new GaussianClaim(Mu, 1e-5), draws: 400);
    }

    [Fact]
    public void PoissonAccountingForFixedBatches_IsRefuted()
    {
        // Four batches, each row in one of them for certain, accounted as four samples of a quarter.
        const double Rate = 0.25;
        var random = new SeededGenerator(8);
        var claim = ScheduleClaim.Of(factor => new SelfComposedEvent(new PoissonSampledEvent(Rate, new GaussianEvent(factor / Mu)), 4), 1e-5);
        AssertRefuted(isBroken => new(Vectors.Orthogonal(8, 4, Dimension, ClipNorm), Mu, ClipNorm)
        {
            SamplingRate = Rate,
            TakesPart = (canary, round) => isBroken ? (canary % 4 == round ? 1 : 0) : random.NextDouble() < Rate ? 1 : 0,
        }, claim, draws: 1_000);
    }

    private static void AssertRefuted(Func<bool, VectorSubject> subjectOf, PrivacyClaim claim, int draws)
    {
        using var scope = NewDisposeScope();
        using var right = subjectOf(false);
        using var broken = subjectOf(true);
        AssertRefuted(right, broken, claim, draws);
    }

    internal static void AssertRefuted(IAuditSubject right, IAuditSubject broken, PrivacyClaim claim, int draws)
    {
        var kept = TwoWorldsAudit.Run(right, claim, draws, Confidence, seed: 1);
        Assert.False(kept.IsRefuted, $"a right mechanism was refuted: {kept}");
        Assert.True(kept.Accuracy > 0.5 + ((claim.LargestAccuracy - 0.5) / 2), $"the attack on the right mechanism is too weak to tell: {kept}");
        var refuted = TwoWorldsAudit.Run(broken, claim, draws, Confidence, seed: 2);
        Assert.True(refuted.IsRefuted, $"the broken mechanism was not refuted: {refuted}");
        Assert.True(refuted.EpsilonLowerBound > claim.Epsilon, $"{refuted}");
    }
}
