using System.Reflection;

namespace Quietune.Architecture.Tests;

/// <summary>References only point down: a project uses those on lower floors, and nothing private to a model reaches the two that keep the promise.</summary>
public sealed class FloorTests
{
    // What a floor means: docs/architecture.md. A new project gets its floor here before it gets a reference.
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Quietune.Privacy"] = 0,
        ["Quietune.Data"] = 0,
        ["Quietune.Tuning"] = 1,
        ["Quietune.Storage"] = 1,
        ["Quietune.Onnx"] = 2,
        ["Quietune.Auditing"] = 2,
        ["Quietune.Reporting"] = 3,
        ["Quietune.Cli"] = 4,
    };

    // Budgets and tables must be right without a tensor library, and be read without one.
    private static readonly string[] WithoutTorch = ["Quietune.Privacy", "Quietune.Data"];

    public static TheoryData<string> Shipped => [.. Repository.Shipped.Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void ProjectFile_References_PointDown(string name)
    {
        var project = Repository.Shipped.Single(project => project.Name == name);
        AssertBelow(name, project.References);
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Assembly_References_PointDown(string name)
    {
        // An assembly also shows what came through another project's references.
        var used = Load(name).GetReferencedAssemblies().Select(reference => ProjectOf(reference.Name!)).OfType<string>();
        AssertBelow(name, used);
    }

    [Theory]
    [InlineData("Quietune.Privacy")]
    [InlineData("Quietune.Data")]
    public void PrivacyAndData_AndAllTheyUse_KnowNoTensors(string name)
    {
        Assert.Contains(name, WithoutTorch);
        var project = Repository.Shipped.Single(project => project.Name == name);
        Assert.Null(project.Property("UsesTorch"));
        Assert.DoesNotContain(project.Packages, package => package.Contains("torch", StringComparison.OrdinalIgnoreCase));
        var reached = new HashSet<string>(StringComparer.Ordinal);
        Reach(Load(name));
        Assert.DoesNotContain(reached, assembly => assembly.Contains("torch", StringComparison.OrdinalIgnoreCase));

        void Reach(Assembly assembly)
        {
            foreach (var reference in assembly.GetReferencedAssemblies().Where(reference => reached.Add(reference.Name!)))
            {
                if (File.Exists(Path.Combine(AppContext.BaseDirectory, $"{reference.Name}.dll")))
                {
                    Reach(Assembly.Load(reference));
                }
            }
        }
    }

    [Fact]
    public void Tests_And_Benchmarks_AreReferencedByNothingThatShips()
    {
        var shipped = Repository.Shipped.Select(project => project.Name).ToHashSet(StringComparer.Ordinal);
        Assert.All(Repository.Shipped, project => Assert.All(project.References, reference => Assert.Contains(reference, shipped)));

        // A benchmark may run another one's processes.
        var benchmarks = Repository.Projects.Where(project => project.Area == "bench").ToList();
        var allowed = shipped.Concat(benchmarks.Select(project => project.Name)).ToHashSet(StringComparer.Ordinal);
        Assert.All(benchmarks, project => Assert.All(project.References, reference => Assert.Contains(reference, allowed)));
    }

    [Fact]
    public void Solution_HoldsEveryProject()
    {
        // What it does not hold, neither the build nor the test command at the root sees.
        var solution = System.Xml.Linq.XDocument.Load(Path.Combine(Repository.Root, "Quietune.slnx")).Descendants("Project").Select(entry => (string)entry.Attribute("Path")!);
        Assert.Equal(Repository.Projects.Select(project => project.Path).Order(StringComparer.Ordinal), solution.Order(StringComparer.Ordinal));
    }

    internal static Assembly Load(string name) => Assembly.Load(Repository.Shipped.Single(project => project.Name == name).Assembly);

    private static void AssertBelow(string name, IEnumerable<string> used)
    {
        Assert.True(Floors.TryGetValue(name, out var floor), $"{name} has no floor; give it one above all that it uses.");
        Assert.All(used, reference => Assert.True(
            Floors.TryGetValue(reference, out var below) && below < floor, $"{name} on floor {floor} uses {reference}, which is not on a lower one."));
    }

    private static string? ProjectOf(string assembly) =>
        Repository.Projects.FirstOrDefault(project => project.Assembly == assembly)?.Name ?? (assembly.StartsWith("Quietune.", StringComparison.Ordinal) ? assembly : null);
}
