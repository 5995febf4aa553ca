namespace Quietune.Cli.Jobs;

/// <summary>One thing that was checked.</summary>
/// <param name="Name">What.</param>
/// <param name="Passes">Whether it holds.</param>
/// <param name="Detail">What was found.</param>
internal sealed record Check(string Name, bool Passes, string Detail);
