namespace Quietune.Tuning.Tests.Geometry;

/// <summary>The cut that favours early layers keeps other coordinates than the plain one, whitened by the same curvature.</summary>
public sealed class EarlyKroneckerGeometryTests : TruncatedKroneckerGeometryTests
{
    protected override double EarlyWeight => 30;
}
