using Quietune.Tuning.Geometry;

namespace Quietune.Tuning.Planning;

/// <summary>Which geometry a plan uses, in numbers that rebuild it from the same public data.</summary>
/// <param name="Kind"><c>identity</c> or <c>kronecker</c>.</param>
/// <param name="Dimension">How many coordinates are released, or null for all.</param>
/// <param name="Damping">λ: for identity the divisor of the metric, for Kronecker in units of the mean curvature per coordinate.</param>
/// <param name="Temperature">τ, the factor on the outputs from which the curvature's labels are drawn; null where there is no curvature.</param>
public sealed record GeometryPlan(string Kind, long? Dimension, double Damping, double? Temperature)
{
    /// <summary>No curvature: W = I.</summary>
    public static GeometryPlan Identity { get; } = new("identity", null, 1, null);

    /// <summary>The Kronecker eigenbasis, cut to its strongest coordinates.</summary>
    public static GeometryPlan Kronecker(long? dimension, double damping = 0.01, double temperature = 0.3) => new("kronecker", dimension, damping, temperature);

    /// <summary>Builds the geometry; the caller disposes.</summary>
    /// <exception cref="ArgumentException">The kind is unknown.</exception>
    public IGeometry Build(PublicExpansion expansion) => Kind switch
    {
        "identity" => new IdentityGeometry(expansion.Model.Blocks, Damping),
        "kronecker" => KroneckerGeometry.Of(expansion.CurvatureAt(Temperature ?? 1), Damping, Dimension),
        _ => throw new ArgumentException($"Expected a geometry of identity or kronecker, got {Kind}.", nameof(expansion)),
    };
}
