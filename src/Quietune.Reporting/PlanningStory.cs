namespace Quietune.Reporting;

/// <summary>Forecasts for several geometries, ready to be told as a page; nothing in it was computed from private rows.</summary>
/// <param name="Title">What is planned for.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Delta">δ.</param>
/// <param name="NominalSize">N.</param>
/// <param name="Geometries">The best first.</param>
/// <param name="Conditions">What is the same for all of them.</param>
public sealed record PlanningStory(
    string Title, double Epsilon, double Delta, long NominalSize, IReadOnlyList<PlannedGeometry> Geometries, IReadOnlyList<NamedValue> Conditions);
