using System.CommandLine;
using System.Diagnostics;
using Quietune.Cli.Terminals;
using Quietune.Data.Clinical;
using Quietune.Data.Clinical.Features;
using Quietune.Data.Clinical.Mimic;
using Quietune.Data.Clinical.PhysioNet;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune records export</c>.</summary>
internal sealed class ExportRecordsVerb : Verb
{
    private readonly Option<string> data = new("--data") { Description = "Folder with sets of the PhysioNet 2012 challenge, or with MIMIC.", Required = true };
    private readonly Option<string?> set = new("--set") { Description = "Which set, such as set-a; not for MIMIC." };
    private readonly Option<string[]> form = Given.Words("--as", "What a row is: a stay, an hour of a stay, or a measured value", ["features", "grid", "observations"], "features");
    private readonly Option<string> output = new("--out") { Description = "The Parquet file to write.", Required = true };
    private readonly Option<bool> isPublic = new("--declare-public") { Description = "The records are public: what was cleaned is counted and told." };

    /// <summary>Makes the verb.</summary>
    public ExportRecordsVerb(Terminal terminal)
        : base(terminal, "export", "Writes records as a Parquet table.", "quietune records export --data physionet2012/ --set set-a --out set-a.parquet")
    {
        foreach (var option in new Option[] { data, set, form, output, isPublic })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var (folder, name, shape, path) = (arguments.GetValue(data)!, arguments.GetValue(set), arguments.GetValue(form)!.Single(), arguments.GetValue(output)!);
        var watch = Stopwatch.StartNew();
        var cleaned = Directory.Exists(folder) && MimicCohort.IsAt(folder)
            ? Mimic(folder, name, shape, path, terminal, cancellationToken)
            : PhysioNet(folder, name, shape, path, arguments.GetValue(isPublic), terminal, cancellationToken);
        var (seconds, peak) = (watch.Elapsed.TotalSeconds, Process.GetCurrentProcess().PeakWorkingSet64 / 1e9);
        return new(
            new { output = path, form = shape, seconds, peakGigabytes = peak, cleaned },
            people =>
            {
                people.Line($"{path} was written in {seconds:0.0} s; peak memory {peak:0.00} GB.");
                if (cleaned is { Count: > 0 })
                {
                    people.Table("Cleaned", ["rule", "times"], cleaned.Select(rule => new[] { $"{rule.Key}", $"{rule.Value}" }));
                }
            });
    }

    private static IReadOnlyDictionary<Cleaning, long>? PhysioNet(string folder, string? name, string shape, string path, bool isPublic, Terminal terminal, CancellationToken cancellationToken)
    {
        var known = PhysioNetFolder.SetNames(folder);
        var chosen = name ?? throw new BadInputException($"--set: expected one of {string.Join(", ", known)}.");
        var records = terminal.Stage("reading records", _ => PhysioNetFolder.Read(folder, chosen, !isPublic, cancellationToken));
        terminal.Stage("writing the table", _ =>
        {
            switch (shape)
            {
                case "features":
                    StayParquet.Write(FeatureTable.Of(records.Stays), path);
                    break;
                case "grid":
                    StayParquet.Write(StayGrid.Of(records.Stays), path);
                    break;
                default:
                    StayParquet.Write(records.Stays, path);
                    break;
            }

            return 0;
        });
        return records.Cleaned?.Used;
    }

    private static IReadOnlyDictionary<Cleaning, long>? Mimic(string folder, string? name, string shape, string path, Terminal terminal, CancellationToken cancellationToken)
    {
        if (name is not null || shape == "observations")
        {
            throw new BadInputException($"{folder} holds MIMIC, which is one set: expected no --set, and --as features or grid.");
        }

        using var cohort = terminal.Stage("reading tables", _ => MimicCohort.Read(folder, isPrivate: true, cancellationToken));
        terminal.Stage("writing the table", _ =>
        {
            if (shape == "features")
            {
                StayParquet.Write(cohort.Features(cancellationToken), path);
            }
            else
            {
                StayParquet.Write(cohort.Grid(cancellationToken), path);
            }

            return 0;
        });
        return null;
    }
}
