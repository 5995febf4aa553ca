using System.Reflection;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Tests.Planning;

/// <summary>A certificate names a plan by its hash: the hash must stand for all of it.</summary>
public sealed class TuningPlanTests
{
    public static TheoryData<string> PlanFields => [.. Settable(typeof(TuningPlan)).Select(property => property.Name)];

    public static TheoryData<string> GeometryFields => [.. Settable(typeof(GeometryPlan)).Select(property => property.Name)];

    [Fact]
    public void Hash_OfEqualContent_IsEqual()
    {
        Assert.Equal(Plan().Hash(), Plan().Hash());
        Assert.Equal(Plan().Hash(), (Plan() with { Method = string.Concat("one", "-draw") }).Hash());
        Assert.Matches("^[0-9a-f]{64}$", Plan().Hash());
    }

    [Theory]
    [MemberData(nameof(PlanFields))]
    public void Hash_AnyFieldChanged_Changes(string field)
    {
        var changed = Plan() with { };
        Change(changed, field);
        Assert.NotEqual(Plan().Hash(), changed.Hash());
    }

    [Theory]
    [MemberData(nameof(GeometryFields))]
    public void Hash_AnyFieldOfTheGeometryChanged_Changes(string field)
    {
        var geometry = Plan().Geometry with { };
        Change(geometry, field);
        Assert.NotEqual(Plan().Hash(), (Plan() with { Geometry = geometry }).Hash());
    }

    [Fact]
    public void Hash_LastBitOfTheClipNormChanged_Changes() =>
        Assert.NotEqual(Plan().Hash(), (Plan() with { ClipNorm = Math.BitIncrement(Plan().ClipNorm) }).Hash());

    [Fact]
    public void ToString_OfAPlanThatSamplesAndIsNotCalibrated_TellsItsContent() =>
        Assert.Contains("\"samplingRate\":0.25", (Plan() with { SamplingRate = 0.25 }).ToString(), StringComparison.Ordinal);

    private static TuningPlan Plan() => new()
    {
        Method = "one-draw",
        Loss = "cross-entropy",
        Geometry = GeometryPlan.Kronecker(100),
        ClipNorm = 0.1,
        TrustRadius = 0.05,
        NominalSize = 1000,
        Epsilon = 1,
        Delta = 1e-5,
        Mu = 0.268,
    };

    private static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static void Change(object target, string field)
    {
        var property = target.GetType().GetProperty(field)!;
        property.SetValue(target, Other(property.PropertyType, property.GetValue(target)));
    }

    private static object? Other(Type type, object? value) => value switch
    {
        string text => text + "x",
        double number => number + 1,
        int number => number + 1,
        long number => number + 1,
        ulong number => number + 1,
        bool flag => !flag,
        Adjacency.AddRemove => Adjacency.ReplaceOne,
        GeometryPlan => GeometryPlan.Identity,
        null when Nullable.GetUnderlyingType(type) is { } underlying => Activator.CreateInstance(underlying),
        null when type == typeof(string) => "x",
        null when type == typeof(AdamPlan) => new AdamPlan(),
        null when type == typeof(Ball) => new Ball(1),
        null when type == typeof(MomentPlan) => new MomentPlan(0.5, 1),
        IReadOnlyList<string> names => (IReadOnlyList<string>)[.. names, "x"],
        null when type == typeof(IReadOnlyList<string>) => (IReadOnlyList<string>)["x"],
        _ => throw new NotSupportedException($"Say here how to change a {type}."),
    };
}
