using Quietune.Cli.Terminals;

namespace Quietune.Cli.Verbs;

/// <summary>What a verb found, for programs and for people.</summary>
/// <param name="Json">The object that <c>--json</c> prints.</param>
/// <param name="Show">Tells it to people.</param>
/// <param name="ExitCode">What the process returns.</param>
internal sealed record VerbResult(object Json, Action<Terminal> Show, int ExitCode = ExitCode.Done);
