namespace Quietune.Architecture.Tests;

/// <summary>What others can derive from is decided, not left open.</summary>
public sealed class PublicTypeTests
{
    public static TheoryData<string> Shipped => FloorTests.Shipped;

    [Theory]
    [MemberData(nameof(Shipped))]
    public void PublicClasses_AreSealedAbstractOrStatic(string project) =>
        Assert.All(FloorTests.Load(project).GetExportedTypes().Where(type => type.IsClass), type =>
            Assert.True(type.IsSealed || type.IsAbstract, $"{type.FullName} can be derived from by accident; seal it, or make it abstract."));
}
