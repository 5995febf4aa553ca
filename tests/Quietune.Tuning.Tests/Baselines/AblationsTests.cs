using Quietune.Tuning.Baselines;
using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Tests.Baselines;

/// <summary>A variant differs from its method in the part that its name says, wherever the search goes.</summary>
public sealed class AblationsTests
{
    public static TheoryData<string> Names => [.. Ablations.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Variant_AnywhereOnItsAxes_KeepsItsSwitch(string name)
    {
        var (start, axes) = Of(name);
        Assert.Equal(name, start.Plan.Method);
        Assert.NotEmpty(axes);
        var reached = axes.SelectMany(axis => axis.Values.Select(value => axis.Apply(start, value))).Append(start).ToList();
        Assert.True(reached.TrueForAll(candidate => Holds(name, candidate.Plan)), name);

        // The method itself does not: the variant would be none.
        Assert.False(Holds(name, Of(name[..Base(name)]).Start.Plan));

        // Every axis still leads somewhere.
        Assert.All(axes, axis => Assert.Equal(axis.Values.Count, axis.Values.Select(value => axis.Apply(start, value)).Distinct().Count()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Variant_Else_IsItsMethod(string name)
    {
        var (variant, method) = (Of(name).Start, Of(name[..Base(name)]).Start);
        Assert.Equal(method.ClipQuantile, variant.ClipQuantile);
        Assert.Equal(
            (method.Plan.Rounds, method.Plan.Momentum, method.Plan.SamplingRate, method.Plan.Adam, method.Plan.Mu, method.Plan.NominalSize),
            (variant.Plan.Rounds, variant.Plan.Momentum, variant.Plan.SamplingRate, variant.Plan.Adam, variant.Plan.Mu, variant.Plan.NominalSize));
        if (!name.EndsWith("trust", StringComparison.Ordinal))
        {
            Assert.Equal(method.Plan.TrustRadius, variant.Plan.TrustRadius);
        }
        else
        {
            Assert.Equal(method.Plan.Geometry, variant.Plan.Geometry);
        }
    }

    [Fact]
    public void Names_AreNoMethods() => Assert.Empty(Ablations.Names.Intersect(Methods.Names));

    private static (Candidate Start, IReadOnlyList<PlanAxis> Axes) Of(string name) => Methods.Of(name, "cross-entropy", new(1, 1e-5), 1_000, 26_010);

    private static int Base(string name) => name.IndexOf(name.Contains("-no-", StringComparison.Ordinal) ? "-no-" : "-trust", StringComparison.Ordinal);

    private static bool Holds(string name, TuningPlan plan) =>
        name.EndsWith("-no-trust", StringComparison.Ordinal) ? plan.TrustRadius is null
        : name.EndsWith("-no-truncation", StringComparison.Ordinal) ? plan.Geometry is { Kind: "kronecker", Dimension: null }
        : name.EndsWith("-no-whitening", StringComparison.Ordinal) ? plan.Geometry.Kind == "identity"
        : name.EndsWith("-no-tempering", StringComparison.Ordinal) ? plan.Geometry is { Kind: "kronecker", Temperature: 1 }
        : name.EndsWith("-no-learning", StringComparison.Ordinal) ? plan.Geometry is { Kind: "kronecker", Learned: 0 }
        : plan is { TrustRadius: > 0, StepSize: 1 };
}
