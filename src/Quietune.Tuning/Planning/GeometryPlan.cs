using System.Text.Json.Serialization;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Geometry.Projections;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Planning;

/// <summary>Which geometry a plan uses, in numbers that rebuild it from the same public data and a public seed.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Dimension">How many coordinates are released, or null for all.</param>
/// <param name="Damping">λ: for identity the divisor of the metric, elsewhere in units of the mean curvature per coordinate.</param>
/// <param name="Temperature">τ, the factor on the outputs from which the curvature's labels are drawn; null for the public rows' own labels, or where there is no curvature.</param>
public sealed record GeometryPlan(
    string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Dimension,
    double Damping,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Temperature)
{
    /// <summary>Public rows whose gradients give a diagonal, principal directions, or the curvature in a subspace.</summary>
    private const int GradientRows = 4_000;

    /// <summary>Public rows whose gradients are compared with each other to find principal directions.</summary>
    private const int PrincipalRows = 1_000;

    /// <summary>Coordinates of the eigenbasis in which directions are learned.</summary>
    private const long LearningDimension = 4_000;

    /// <summary>The kinds that are known.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["identity", "diagonal", "kronecker", "gaussian", "rademacher", "sparse", "hadamard", "kronecker-projection", "principal", "gep", "low-rank"];

    /// <summary>No curvature: W = I.</summary>
    public static GeometryPlan Identity { get; } = new("identity", null, 1, null);

    /// <summary>Which parameters move, as <see cref="ParameterSubset"/> names them; null for all.</summary>
    public string? Subset { get; init; }

    /// <summary>The public seed of a random subspace.</summary>
    public ulong Seed { get; init; }

    /// <summary>The rank of low-rank adapters; null elsewhere.</summary>
    public long? Rank { get; init; }

    /// <summary>Whether a subspace is whitened by its dense public curvature.</summary>
    public bool Whitened { get; init; }

    /// <summary>Whether a step takes the whitened gradient itself, as the diagonal and Kronecker preconditioners were published; false steps by Wᵀ.</summary>
    public bool StepsFlat { get; init; }

    /// <summary>p of kind diagonal, W = (F + λI)^−p; null for ½, the whole way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Exponent { get; init; }

    /// <summary>The residual's clip norm over that of the principal directions, for kind gep.</summary>
    public double ResidualRatio { get; init; } = 0.4;

    /// <summary>ω, how much more the first layer counts than the last where the Kronecker eigenbasis is cut: <see cref="KroneckerGeometry.Of"/>.</summary>
    public double EarlyWeight { get; init; } = 1;

    /// <summary>How many of the coordinates of kind kronecker are directions learned from changes of public rows; the others are the eigenbasis's strongest (<see cref="LearnedGeometry"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Learned { get; init; }

    /// <summary>Whether the curvature is measured on noise inputs instead of public rows.</summary>
    public bool NoiseInputs { get; init; }

    /// <summary>The Kronecker eigenbasis, cut to its strongest coordinates.</summary>
    public static GeometryPlan Kronecker(long? dimension, double damping = 0.01, double temperature = 0.3) => new("kronecker", dimension, damping, temperature);

    /// <summary>A random subspace, whitened or not.</summary>
    /// <param name="kind">One of gaussian, rademacher, sparse, hadamard, kronecker-projection.</param>
    /// <param name="dimension">k.</param>
    /// <param name="whitened">Whether to whiten it by its dense public curvature.</param>
    public static GeometryPlan Random(string kind, long dimension, bool whitened = true) => new(kind, dimension, 0.01, 0.3) { Whitened = whitened };

    /// <summary>Builds the geometry at the pretrained parameters; the caller disposes.</summary>
    /// <exception cref="ArgumentException">The kind is unknown, or the public data do not suffice for it.</exception>
    public IGeometry Build(PublicExpansion expansion)
    {
        IGeometry? geometry = null;
        expansion.AtOrigin(() => geometry = BuildHere(expansion));
        return geometry!;
    }

    /// <summary>Builds the geometry at the model's present parameters; the caller disposes.</summary>
    internal IGeometry BuildHere(PublicExpansion expansion)
    {
        var all = expansion.Model.Blocks;
        var subset = Subset is null ? null : ParameterSubset.Of(all, Subset);
        var inner = Unwhitened(expansion, subset?.Blocks ?? all, subset);
        if (Whitened)
        {
            inner = (inner as SubspaceGeometry ?? throw new ArgumentException($"Expected a subspace to whiten, got {Kind}.", nameof(expansion)))
                .Whitened(expansion.Gradients(GradientRows, Temperature, subset, NoiseInputs), Damping);
        }

        return subset is null ? inner : new SubsetGeometry(all, subset, inner);
    }

    private IGeometry Unwhitened(PublicExpansion expansion, IReadOnlyList<ParameterBlock> blocks, ParameterSubset? subset)
    {
        var dimension = Math.Min(Dimension ?? long.MaxValue, blocks.Sum(block => block.Count));
        return Kind switch
        {
            "identity" => new IdentityGeometry(blocks, Damping),
            "diagonal" => DiagonalGeometry.Of(blocks, expansion.Gradients(GradientRows, Temperature, subset, NoiseInputs), Damping, StepsFlat, Exponent ?? 0.5),
            "kronecker" when Learned > 0 => LearnedOf(expansion, subset, dimension),
            "kronecker" => KroneckerOf(expansion, subset),
            "gaussian" => RandomProjections.Gaussian(blocks, dimension, Seed),
            "rademacher" => RandomProjections.Rademacher(blocks, dimension, Seed),
            "sparse" => RandomProjections.Sparse(blocks, dimension, Seed),
            "hadamard" => RandomProjections.Hadamard(blocks, dimension, Seed),
            "kronecker-projection" => RandomProjections.Kronecker(blocks, dimension, Seed),
            "principal" => Principal(expansion.Gradients(PrincipalRows, Temperature, subset, NoiseInputs, PrincipalRows), blocks, dimension),
            "gep" => EmbeddingAndResidual(Principal(expansion.Gradients(PrincipalRows, Temperature, subset, NoiseInputs, PrincipalRows), blocks, dimension), blocks),
            "low-rank" => new LowRankGeometry(blocks, Rank ?? 4, Seed),
            _ => throw new ArgumentException($"Expected a geometry of {string.Join(", ", Kinds)}, got {Kind}.", nameof(expansion)),
        };
    }

    private LearnedGeometry LearnedOf(PublicExpansion expansion, ParameterSubset? subset, long dimension)
    {
        if (subset is not null || NoiseInputs || StepsFlat)
        {
            throw new ArgumentException("Expected directions learned of all parameters, from public rows and stepped by Wᵀ, got a subset, noise inputs or flat steps.", nameof(expansion));
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();

        // What is learned depends on the metric alone, so that candidates share it.
        var metric = Kronecker(LearningDimension, Damping, Temperature ?? 1);
        var eigenbasis = metric.KroneckerOf(expansion, null);
        var directions = expansion.IsAtOrigin ? expansion.DirectionsAtOrigin(metric, eigenbasis) : LearnedDirections.Of(expansion, eigenbasis);
        directions = directions.narrow(0, 0, Math.Min(Math.Min(Learned, dimension), directions.shape[0]));
        var beside = eigenbasis.Strongest(dimension - directions.shape[0], EarlyWeight);
        return new(eigenbasis.AsSubspace(), directions, beside);
    }

    private KroneckerGeometry KroneckerOf(PublicExpansion expansion, ParameterSubset? subset)
    {
        var temperature = Temperature ?? 1;
        if (!NoiseInputs && expansion.IsAtOrigin)
        {
            return KroneckerGeometry.Of(expansion.CurvatureAt(temperature, Subset), Damping, Dimension, StepsFlat, EarlyWeight);
        }

        using var curvature = expansion.Curvature(temperature, subset, NoiseInputs);
        return KroneckerGeometry.Of(curvature, Damping, Dimension, StepsFlat, EarlyWeight);
    }

    private PartedGeometry EmbeddingAndResidual(SubspaceGeometry principal, IReadOnlyList<ParameterBlock> blocks) =>
        new(blocks, [(principal, 1), (new ResidualGeometry(blocks, principal), ResidualRatio)]);

    private static SubspaceGeometry Principal(IEnumerable<UnitGradients> publicGradients, IReadOnlyList<ParameterBlock> blocks, long dimension)
    {
        SubspaceGeometry? geometry = null;
        foreach (var gradients in publicGradients)
        {
            geometry ??= PrincipalDirections.Of(blocks, gradients, Math.Min(dimension, gradients.Units));
        }

        return geometry!;
    }
}
