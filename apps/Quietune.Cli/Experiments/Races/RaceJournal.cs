using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Experiments.Races;

/// <summary>A file to which every result of a race is added as it comes, so that a race of hours can be stopped, continued, and shared among processes.</summary>
/// <remarks>A line is found again by the race's description, the method, the budget, the seeds and the search that was to be done; a line that is not whole is left out.</remarks>
/// <param name="path">The file; made with the first result.</param>
/// <param name="race">Describes everything that decides a result beside the method, the budget and the seeds.</param>
internal sealed class RaceJournal(string path, string race)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The result of an earlier run, or null.</summary>
    /// <exception cref="InvalidDataException">The line has the key, and no result that can be read.</exception>
    public Raced<T>? Find<T>(Candidate start, IReadOnlyList<PlanAxis> axes, bool isOracle, int seeds)
    {
        var key = Key(start, axes, isOracle, seeds);
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith($"{{\"key\":\"{key}\"", StringComparison.Ordinal) && line.EndsWith('}')) : null;
        if (line is null)
        {
            return null;
        }

        try
        {
            var entry = JsonSerializer.Deserialize<JournalEntry<T>>(line, Format)!;
            return new(
                start.Plan.Method,
                new(start.Plan.Epsilon, start.Plan.Delta),
                isOracle,
                new(TuningPlan.FromJson(entry.Plan), entry.ClipQuantile, entry.PredictedGain, entry.Scenarios, entry.Tried, entry.DoesNothing)
                {
                    BestPlan = TuningPlan.FromJson(entry.BestPlan),
                    Merit = entry.Merit,
                },
                entry.Runs,
                entry.PassSeconds,
                entry.RehearsalSeconds);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: expected a result of {start.Plan.Method} at ε = {start.Plan.Epsilon}: {error.Message}", error);
        }
    }

    /// <summary>Adds a result.</summary>
    public void Add<T>(Raced<T> raced, Candidate start, IReadOnlyList<PlanAxis> axes)
    {
        var found = raced.Found;
        var entry = new JournalEntry<T>(
            Key(start, axes, raced.IsOracle, raced.Runs.Count), raced.Method, raced.Budget.Epsilon, raced.IsOracle, found.Plan.ToJson(), found.ClipQuantile, found.PredictedGain,
            found.Scenarios, found.Tried, found.DoesNothing, found.BestPlan.ToJson(), found.Merit, raced.Runs, raced.PassSeconds, raced.RehearsalSeconds);

        // The line of a process that was killed may have no end.
        File.AppendAllText(path, $"{(EndsWithinLine() ? "\n" : string.Empty)}{JsonSerializer.Serialize(entry, Format)}\n");
    }

    private bool EndsWithinLine()
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = File.OpenRead(path);
        if (file.Length == 0)
        {
            return false;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }

    private string Key(Candidate start, IReadOnlyList<PlanAxis> axes, bool isOracle, int seeds)
    {
        var search = string.Join(';', axes.Select(axis => $"{axis.Name}:{string.Join(',', axis.Values)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{race}|{start.Plan.Hash()}|{start.ClipQuantile}|{search}|{isOracle}|{seeds}")));
    }
}
