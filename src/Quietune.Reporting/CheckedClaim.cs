namespace Quietune.Reporting;

/// <summary>Something that was checked.</summary>
/// <param name="Name">What.</param>
/// <param name="Passes">Whether it holds.</param>
/// <param name="Detail">What was found.</param>
public sealed record CheckedClaim(string Name, bool Passes, string Detail);
