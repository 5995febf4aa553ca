namespace Quietune.Cli.Audits;

/// <summary>What all audits of a command found.</summary>
/// <param name="Findings">Guesses of canaries.</param>
/// <param name="Membership">Attacks on membership.</param>
/// <param name="Exposure">Inserted secrets.</param>
internal sealed record AuditFindings(IReadOnlyList<AuditFinding> Findings, IReadOnlyList<MembershipFinding> Membership, IReadOnlyList<ExposureFinding> Exposure);
