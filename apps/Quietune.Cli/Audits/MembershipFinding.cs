using Quietune.Auditing.Membership;

namespace Quietune.Cli.Audits;

/// <summary>What attacks on membership found of one promise.</summary>
/// <param name="Method">The method on trial.</param>
/// <param name="Epsilon">ε as promised.</param>
/// <param name="Delta">δ of it.</param>
/// <param name="Mu">μ of the whole run; of sampled rounds, what (ε, δ) would allow a normal mechanism.</param>
/// <param name="Models">Models that were tuned, each attacked in its turn.</param>
/// <param name="Rows">Rows, of which each model saw about a half.</param>
/// <param name="Seconds">How long it took, without pretraining.</param>
/// <param name="Attacks">What each attack found.</param>
internal sealed record MembershipFinding(string Method, double Epsilon, double Delta, double Mu, int Models, int Rows, double Seconds, IReadOnlyList<MembershipResult> Attacks);
