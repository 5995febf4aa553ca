using System.Text.RegularExpressions;

namespace Quietune.Cli.Tests;

/// <summary>Every command of docs/guides/icu-mortality.md does what the page says, in its order, on invented records.</summary>
public sealed partial class WalkthroughTests
{
    private static readonly string[] Files = ["public.parquet", "private.parquet", "test.parquet", "cohort.parquet", "model.onnx", "tuned.onnx", "tuned.certificate.json", "hospital.key", "hospital.pub", "scores.json"];
    private static readonly string[] Paths = ["records", "mimic", "hospital", .. Files, "model.preprocess.json", "tuned.preprocess.json"];

    [Fact]
    public async Task IcuMortality_EveryCommand_Succeeds()
    {
        var folder = Directory.CreateTempSubdirectory("quietune-walkthrough-");
        try
        {
            var commands = Commands();
            Assert.Equal(14, commands.Count);
            foreach (var command in commands)
            {
                var words = Words().Matches(command).Select(word => word.Value.Trim('\'')).Skip(1).Select((word, i) => i > 0 && Paths.Contains(word) ? Path.Combine(folder.FullName, word) : word);
                var told = await Told.ByAsync([.. words]);
                Assert.True(told.ExitCode == 0, $"{command}\n{told.Error}");
            }

            Assert.All(Files, file => Assert.True(File.Exists(Path.Combine(folder.FullName, file)), file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<string> Commands()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Quietune.slnx")))
        {
            root = root.Parent;
        }

        return [.. File.ReadLines(Path.Combine(root!.FullName, "docs", "guides", "icu-mortality.md")).Where(line => line.StartsWith("quietune ", StringComparison.Ordinal))];
    }

    [GeneratedRegex("'[^']*'|[^ ]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();
}
