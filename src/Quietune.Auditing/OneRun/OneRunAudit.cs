using Quietune.Auditing.Claims;
using Quietune.Auditing.TwoWorlds;
using Quietune.Data;
using static TorchSharp.torch;

namespace Quietune.Auditing.OneRun;

/// <summary>Audits a mechanism in one run: many canaries, each in or out by a coin, and guesses of the surest of them.</summary>
/// <remarks>Guarantee: as of <see cref="OneRunBound"/>. Source: Steinke, Nasr &amp; Jagielski 2023, algorithm 1.</remarks>
public static class OneRunAudit
{
    /// <summary>The share of canaries that are guessed, fixed before the run; near the best for ε of 1 to 8 (docs/derivations/auditing.md).</summary>
    public const double GuessedShare = 0.125;

    /// <summary>Audits a mechanism.</summary>
    /// <param name="subject">The mechanism, with many canaries.</param>
    /// <param name="claim">What it promises.</param>
    /// <param name="confidence">Of the lower bound, in (0, 1).</param>
    /// <param name="seed">Decides the coins; the mechanism's noise must not depend on it.</param>
    public static OneRunResult Run(IAuditSubject subject, PrivacyClaim claim, double confidence = 0.95, ulong seed = 0)
    {
        var coins = new SeededGenerator(seed, stream: 8);
        var present = subject.Kinds.Select(_ => coins.Next(2) == 1).ToArray();
        var scores = Scores(subject.Run(present), subject.SamplingRate);
        var order = Enumerable.Range(0, scores.Length).OrderByDescending(i => Math.Abs(scores[i])).ToList();
        var guesses = Math.Clamp((int)(GuessedShare * scores.Length), 1, scores.Length);
        var right = order.Take(guesses).Count(i => scores[i] > 0 == present[i]);
        var epsilon = OneRunBound.Lower(scores.Length, guesses, right, claim.Delta, confidence);
        var all = OneRunBound.Lower(scores.Length, scores.Length, order.Count(i => scores[i] > 0 == present[i]), claim.Delta, confidence);
        return new(claim, confidence, scores.Length, guesses, right, epsilon, [Point("surest canaries", order.Take(guesses), epsilon), Point("all canaries", order, all)]);

        AuditPoint Point(string name, IEnumerable<int> canaries, double lower)
        {
            var chosen = canaries.ToList();
            var (with, without) = (chosen.Count(i => present[i]), chosen.Count(i => !present[i]));
            return new(
                name,
                (double)chosen.Count(i => scores[i] > 0 && !present[i]) / Math.Max(1, without),
                (double)chosen.Count(i => scores[i] > 0 && present[i]) / Math.Max(1, with),
                without,
                with,
                lower);
        }
    }

    /// <summary>The best linear estimate of every canary's coin, less a half, [m].</summary>
    /// <remarks>
    /// The releases less half of every canary are x = Σ cⱼvⱼ + ξ with cⱼ = ±½, of variance ¼: the estimate with the least mean squared error is
    /// (V Vᵀ + 4I)⁻¹ V x, which takes off what canaries add in each other's directions.
    /// </remarks>
    private static double[] Scores(Transcript transcript, double samplingRate)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var vectors = transcript.Canaries.flatten(1) * samplingRate;
        var left = transcript.Releases.flatten() - (0.5 * vectors.sum([0]));
        var gram = vectors.mm(vectors.transpose(0, 1)).to_type(ScalarType.Float64);
        var pulls = vectors.mv(left).to_type(ScalarType.Float64);
        return linalg.solve(gram + (4 * eye(gram.shape[0], dtype: ScalarType.Float64)), pulls.unsqueeze(1)).squeeze(1).data<double>().ToArray();
    }
}
