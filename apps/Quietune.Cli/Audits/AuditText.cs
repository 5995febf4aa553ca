using Quietune.Cli.Terminals;

namespace Quietune.Cli.Audits;

/// <summary>Findings in tables, for people.</summary>
internal static class AuditText
{
    /// <summary>Tells everything that was found.</summary>
    public static void Show(AuditFindings found, double confidence, Terminal people)
    {
        if (found.Findings.Count > 0)
        {
            Guesses(found.Findings, confidence, people);
        }

        if (found.Membership.Count > 0)
        {
            people.Table(
                "Attacks on membership, beside the most that the promise allows",
                ["method", "ε", "attack", "area", "advantage", "at most", "found at 0.1 %", "at most", "found at 1 %", "at most"],
                found.Membership.SelectMany(finding => finding.Attacks.Select(attack => new[]
                {
                    finding.Method, $"{finding.Epsilon}", attack.Attack, $"{attack.Roc.Area:0.000}", $"{attack.Roc.Advantage:0.000}", $"{attack.LargestAdvantage:0.000}",
                    $"{attack.Roc.HitRateAtTenthPercent:P2}", $"{attack.LargestHitRateAtTenthPercent:P2}", $"{attack.Roc.HitRateAtOnePercent:P2}", $"{attack.LargestHitRateAtOnePercent:P2}",
                })));
        }

        if (found.Exposure.Count > 0)
        {
            people.Table(
                $"Exposure of inserted secrets in bits, at most {found.Exposure[0].LargestExposure:0.0}; 1.4 on average where the model never saw them",
                ["method", "ε per sentence", "insertions", "secrets", "private", "without privacy"],
                found.Exposure.Select(finding => new[]
                {
                    finding.Method, $"{finding.Epsilon}", $"{finding.Insertions}", $"{finding.Secrets}", $"{finding.MeanExposure:0.0}", $"{finding.MeanExposureNonPrivate:0.0}",
                }));
        }
    }

    private static void Guesses(IReadOnlyList<AuditFinding> findings, double confidence, Terminal people)
    {
        people.Table(
            $"What the attacks prove, with confidence {confidence}",
            ["method", "attack", "ε promised", "ε proven", "of any mechanism", "right guesses", "allowed", "guesses", "verdict"],
            findings.Select(found => new[]
            {
                found.Method, found.Attack, $"{found.Epsilon}", $"{found.EpsilonLowerBound:0.000}", $"{found.EpsilonLowerBoundOfAny:0.000}", $"{found.Accuracy:P2}",
                $"{found.LargestAccuracy:P2}", $"{found.Guesses}", found.IsRefuted ? "REFUTED" : "not refuted",
            }));
        foreach (var point in findings.Where(found => found.Points.Count > 1).SelectMany(found => found.Points.Skip(1)))
        {
            people.Line($"{point.Name}: found {point.HitRate:P1} of those present, at {point.FalseAlarmRate:P1} false alarms; proves ε = {point.EpsilonLowerBound:0.000} alone.");
        }
    }
}
