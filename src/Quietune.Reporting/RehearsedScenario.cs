namespace Quietune.Reporting;

/// <summary>How a plan did on public rows in the private rows' role.</summary>
/// <param name="Name">What the scenario pretends.</param>
/// <param name="Before">The measure of the model before tuning.</param>
/// <param name="After">Of the model after tuning.</param>
public sealed record RehearsedScenario(string Name, double Before, double After);
