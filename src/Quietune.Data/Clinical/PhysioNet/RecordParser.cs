using System.Buffers.Text;
using System.Text;

namespace Quietune.Data.Clinical.PhysioNet;

/// <summary>Reads one record: a header, then lines of time, parameter and value.</summary>
internal sealed class RecordParser(RecordFile file, RecordProblem problem)
{
    private const int TwoDays = 48 * 60;
    private static readonly ClinicalVariable Acidity = ClinicalVariables.All[ClinicalVariables.IndexOf("pH")];
    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Variables =
        ClinicalVariables.All.Select((variable, i) => (variable.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Descriptions = ["RecordID", "Age", "Gender", "Height", "ICUType", "Weight"];
    private static readonly int WeightVariable = ClinicalVariables.IndexOf("Weight");

    private readonly CleaningCounts cleaned = new();
    private readonly List<Observation> observations = new(512);
    private readonly double[] description = [double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN];

    /// <summary>Reads the record.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public ParsedRecord Parse()
    {
        ReadOnlySpan<byte> rest = file.Content;
        rest = rest.StartsWith("\uFEFF"u8) ? rest[3..] : rest;
        var line = 0;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var text = (end < 0 ? rest : rest[..end]).TrimEnd(" \r\t"u8);
            rest = end < 0 ? default : rest[(end + 1)..];
            line++;
            if (line == 1)
            {
                RequireHeader(text);
            }
            else if (!text.IsEmpty)
            {
                ParseLine(text, line);
            }
        }

        if (line == 0)
        {
            RequireHeader(default);
        }

        if (double.IsNaN(description[0]))
        {
            throw problem.Of(file, "a RecordID line, got none");
        }

        observations.Sort((one, other) => one.Minute != other.Minute ? one.Minute.CompareTo(other.Minute) : one.Variable.CompareTo(other.Variable));
        return new(file, (long)description[0], Describe(), [.. observations], cleaned);
    }

    private void RequireHeader(ReadOnlySpan<byte> text)
    {
        if (!text.SequenceEqual("Time,Parameter,Value"u8))
        {
            throw problem.At(file, 1, "the header 'Time,Parameter,Value'", text);
        }
    }

    private void ParseLine(ReadOnlySpan<byte> text, int line)
    {
        var first = text.IndexOf((byte)',');
        var second = first < 0 ? -1 : text[(first + 1)..].IndexOf((byte)',');
        if (second < 0)
        {
            throw problem.At(file, line, "time, parameter and value between commas", text);
        }

        var minute = Minute(text[..first]);
        if (minute < 0)
        {
            throw problem.At(file, line, "a time HH:MM", text[..first]);
        }

        var value = text[(first + second + 2)..];
        if (!Utf8Parser.TryParse(value, out double number, out var used) || used != value.Length || !double.IsFinite(number))
        {
            throw problem.At(file, line, "a finite number as value", value);
        }

        Take(text.Slice(first + 1, second), minute, number, line);
    }

    private void Take(ReadOnlySpan<byte> parameter, int minute, double number, int line)
    {
        Span<char> name = stackalloc char[16];
        var length = parameter.Length > name.Length ? 0 : Encoding.Latin1.GetChars(parameter, name);
        name = name[..length];
        var place = Place(name);
        if (place == 0 && (number < 0 || number != Math.Floor(number) || number > long.MaxValue / 2))
        {
            throw problem.At(file, line, "a RecordID that is a whole number", Encoding.UTF8.GetBytes(number.ToString()));
        }

        var isVariable = Variables.TryGetValue(name, out var variable);
        if (place < 0 && !isVariable)
        {
            cleaned.Add(Cleaning.UnknownVariable);
        }
        else if (number == -1)
        {
            cleaned.Add(Cleaning.MissingMark);
        }
        else if (place >= 0 && (!isVariable || (minute == 0 && double.IsNaN(description[place]))))
        {
            TakeDescription(place, number);
        }
        else if (minute > TwoDays)
        {
            cleaned.Add(Cleaning.AfterTwoDays);
        }
        else
        {
            TakeObservation(variable, minute, number);
        }
    }

    private void TakeDescription(int place, double number)
    {
        if (!double.IsNaN(description[place]))
        {
            cleaned.Add(Cleaning.RepeatedDescription);
        }
        else if (IsPlausible(place, number))
        {
            description[place] = number;

            // The weight at admission is the first of the weights, too.
            if (Descriptions[place] == "Weight")
            {
                observations.Add(new(0, (byte)WeightVariable, (float)number));
            }
        }
        else
        {
            cleaned.Add(Cleaning.ImplausibleValue);
        }
    }

    private void TakeObservation(int variable, int minute, double number)
    {
        var known = ClinicalVariables.All[variable];
        if (known == Acidity && number is > 60 and < 80 or > 600 and < 800)
        {
            cleaned.Add(Cleaning.MisplacedPoint);
            number /= number > 600 ? 100 : 10;
        }

        if (known.IsPlausible(number))
        {
            observations.Add(new((short)minute, (byte)variable, (float)number));
        }
        else
        {
            cleaned.Add(Cleaning.ImplausibleValue);
        }
    }

    private StayDescription Describe() =>
        new((float)description[1], (float)description[2], (float)description[3], (float)description[5], (float)description[4]);

    private static bool IsPlausible(int place, double number) => Descriptions[place] switch
    {
        "Age" => number is >= 0 and <= 120,
        "Gender" => number is 0 or 1,
        "Height" => number is >= 100 and <= 230,
        "ICUType" => number is 1 or 2 or 3 or 4,
        "Weight" => ClinicalVariables.All[WeightVariable].IsPlausible(number),
        _ => true,
    };

    private static int Place(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Descriptions.Length; i++)
        {
            if (name.SequenceEqual(Descriptions[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static int Minute(ReadOnlySpan<byte> text) =>
        text is [>= (byte)'0' and <= (byte)'9', >= (byte)'0' and <= (byte)'9', (byte)':', >= (byte)'0' and <= (byte)'5', >= (byte)'0' and <= (byte)'9']
            ? (60 * ((10 * (text[0] - '0')) + text[1] - '0')) + (10 * (text[3] - '0')) + text[4] - '0'
            : -1;
}
