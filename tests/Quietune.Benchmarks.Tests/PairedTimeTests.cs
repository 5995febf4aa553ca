namespace Quietune.Benchmarks.Tests;

/// <summary>The benchmark still runs what it is said to measure; how long that takes is measured elsewhere.</summary>
public sealed class PairedTimeTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var subject in Subject.All)
            {
                cases.AddRange([.. Subject.Geometries.Select(geometry => (subject.Name, geometry))]);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_FewRows_MeasuresBothPasses(string subject, string geometry)
    {
        using var passes = new Passes(Subject.Named(subject), geometry, batchSize: 8);
        var time = PairedTime.Of(passes, rows: 16, pairs: 2);
        Assert.All([time.PlainSeconds.Lower, time.PrivateSeconds.Lower], seconds => Assert.True(seconds > 0));

        // A hundred times would be one backward pass a row and more; a hundredth, a pass that read nothing.
        Assert.InRange(time.Ratio.Lower, 0.01, 100);
    }

    [Theory]
    [InlineData("--rows")]
    [InlineData("--rows", "none")]
    [InlineData("--rows", "0")]
    [InlineData("--columns", "3")]
    public void Run_BadOption_IsRefused(params string[] options)
    {
        using var output = new StringWriter();
        Assert.Equal(2, PrivatePassBenchmark.Run(options, output));
        Assert.Empty(output.ToString());
    }
}
