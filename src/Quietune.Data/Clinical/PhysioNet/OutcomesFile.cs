using System.Globalization;

namespace Quietune.Data.Clinical.PhysioNet;

/// <summary>The outcomes of a set: one line a record, under a header that names the columns.</summary>
internal static class OutcomesFile
{
    private const string Id = "RecordID";
    private const string Stay = "Length_of_stay";
    private const string Death = "In-hospital_death";

    /// <summary>Reads the outcomes.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static Dictionary<long, StayOutcome> Read(string path, bool isPrivate)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} does not exist; expected the outcomes of the records.", path);
        }

        using var reader = new StreamReader(path);
        var header = (reader.ReadLine() ?? "").Split(',', StringSplitOptions.TrimEntries);
        int Column(string name) => Array.IndexOf(header, name) is var place and >= 0 ? place : throw new InvalidDataException($"{path}, line 1: expected a column '{name}' in the header.");
        var (id, stay, death) = (Column(Id), Column(Stay), Column(Death));
        var outcomes = new Dictionary<long, StayOutcome>();
        for (var line = 2; reader.ReadLine() is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var fields = text.Split(',', StringSplitOptions.TrimEntries);
            if (fields.Length != header.Length)
            {
                throw new InvalidDataException($"{path}, line {line}: expected {header.Length} fields, got {fields.Length}.");
            }

            if (!long.TryParse(fields[id], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw Wrong(line, Id, "a whole number", fields[id]);
            }

            if (fields[death] is not ("0" or "1"))
            {
                throw Wrong(line, Death, "0 or 1", fields[death]);
            }

            if (!double.TryParse(fields[stay], NumberStyles.Float, CultureInfo.InvariantCulture, out var days) || !double.IsFinite(days))
            {
                throw Wrong(line, Stay, "a number of days, or -1", fields[stay]);
            }

            if (!outcomes.TryAdd(number, new(fields[death] == "1", days < 0 ? null : days)))
            {
                throw Wrong(line, Id, "each record once", fields[id]);
            }
        }

        return outcomes;

        InvalidDataException Wrong(int line, string column, string expected, string got) =>
            new($"{path}, line {line}, column '{column}': expected {expected}{(isPrivate ? "" : $", got '{got}'")}.");
    }
}
