using System.Diagnostics;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;

namespace Quietune.Data.Tests.Tables;

/// <summary>Rows stream: neither memory nor the first batch waits for the last row.</summary>
[Collection(nameof(RunsAlone))]
public sealed class TableStreamingTests
{
    private static IExampleSource Rows(long count, string? unit = null)
    {
        var columns = string.Join(", ", Enumerable.Range(0, 10).Select(i => $"i * 0.{i}5 AS x{i}"));
        var spec = new PreprocessingSpec
        {
            Inputs = [new([10], [.. Enumerable.Range(0, 10).Select(i => new PassColumn($"x{i}"))])],
            Label = new("y", LabelKind.Number),
        };
        return spec.Apply(TableReference.Parse($"query:SELECT {columns}, i % 2 AS y, i % 1000 AS p FROM range({count}) t(i)"), unitColumn: unit);
    }

    [Fact]
    public void Read_FourMillionRows_KeepsMemoryFlat()
    {
        using var process = Process.GetCurrentProcess();
        var measured = new List<long>();
        var rows = 0L;
        foreach (var batch in Rows(4_000_000).Read(8192))
        {
            rows += batch.Count;
            if (rows % (8192 * 50) == 0)
            {
                // What the collector merely has not returned yet is not held.
                GC.Collect(2, GCCollectionMode.Aggressive);
                process.Refresh();
                measured.Add(process.WorkingSet64);
            }
        }

        Assert.Equal(4_000_000, rows);
        Assert.InRange((measured.Skip(1).Max() - measured[0]) >> 20, -10_000, 60); // MiB; the rows after the first look are 140
    }

    [Fact]
    public void Read_BillionsOfRows_GivesTheFirstAtOnce()
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal(10, Rows(1L << 40).Read(10).First().Count);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void Read_CancelledWhileSorting_Stops()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(() => Rows(200_000_000, unit: "p").Read(10, source.Token).First());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void Read_TwiceAtTheSameTime_GivesTheSame() =>
        Assert.All(Rows(10_000, unit: "p").Read(100).Zip(Rows(10_000, unit: "p").Read(100)), pair =>
        {
            Assert.Equal(pair.First.Units, pair.Second.Units);
            Assert.Equal(pair.First.Inputs[0], pair.Second.Inputs[0]);
        });
}
