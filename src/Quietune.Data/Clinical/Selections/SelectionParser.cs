using System.Globalization;
using System.Text.RegularExpressions;

namespace Quietune.Data.Clinical.Selections;

/// <summary>Reads a selection by recursive descent.</summary>
internal sealed partial class SelectionParser(string text)
{
    private const int MostTokens = 400;
    private const string RecordId = "RecordID";
    private const string Half = "Half";
    private static readonly IReadOnlyList<string> Fields = [.. StayDescription.FieldNames, RecordId, Half];
    private readonly List<(string Text, int Place)> tokens = [.. Token().Matches(text).Select(match => (match.Value, match.Index + 1))];
    private int next;

    public (IReadOnlyList<string> Sets, Func<Admission, bool> Condition) Parse()
    {
        // Brackets nest on the stack.
        if (tokens.Count > MostTokens)
        {
            throw Expected($"at most {MostTokens} words");
        }

        var sets = new List<string> { Name() };
        while (Accept("+"))
        {
            sets.Add(Name());
        }

        var condition = Accept("where") ? Either() : _ => true;
        return next == tokens.Count ? (sets, condition) : throw Expected("the end");
    }

    private Func<Admission, bool> Either()
    {
        var left = Both();
        while (Accept("or"))
        {
            var (one, other) = (left, Both());
            left = stay => one(stay) || other(stay);
        }

        return left;
    }

    private Func<Admission, bool> Both()
    {
        var left = Single();
        while (Accept("and"))
        {
            var (one, other) = (left, Single());
            left = stay => one(stay) && other(stay);
        }

        return left;
    }

    private Func<Admission, bool> Single()
    {
        if (Accept("not"))
        {
            var inner = Single();
            return stay => !inner(stay);
        }

        if (Accept("("))
        {
            var inner = Either();
            Require(")");
            return inner;
        }

        return Comparison();
    }

    private Func<Admission, bool> Comparison()
    {
        var field = Fields.FirstOrDefault(name => name.Equals(Peek, StringComparison.OrdinalIgnoreCase))
            ?? throw Expected($"a field of {string.Join(", ", Fields)}");
        next++;
        var sign = Peek;
        next++;
        if (sign.Equals("in", StringComparison.OrdinalIgnoreCase))
        {
            Require("(");
            var values = new HashSet<double> { Number() };
            while (Accept(","))
            {
                values.Add(Number());
            }

            Require(")");
            return stay => values.Contains(Value(stay, field));
        }

        Func<double, double, bool> compare = sign switch
        {
            "=" or "==" => (value, bound) => value == bound,
            "!=" or "<>" => (value, bound) => value < bound || value > bound,
            "<" => (value, bound) => value < bound,
            "<=" => (value, bound) => value <= bound,
            ">" => (value, bound) => value > bound,
            ">=" => (value, bound) => value >= bound,
            _ => throw Back().Expected("a comparison of =, !=, <, <=, >, >= or in"),
        };
        var number = Number();
        return stay => compare(Value(stay, field), number);
    }

    private string Peek => next < tokens.Count ? tokens[next].Text : "";

    private static double Value(Admission stay, string field) => field switch
    {
        RecordId => (double)stay.Id,
        Half => 1 + (stay.Id & 1),
        _ => stay.Description.Field(field),
    };

    private SelectionParser Back()
    {
        next--;
        return this;
    }

    private string Name()
    {
        var name = SetName().IsMatch(Peek) ? Peek : throw Expected("the name of a set, such as set-a");
        next++;
        return name;
    }

    private double Number()
    {
        if (!double.TryParse(Peek, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            throw Expected("a number");
        }

        next++;
        return number;
    }

    private bool Accept(string word)
    {
        var found = Peek.Equals(word, StringComparison.OrdinalIgnoreCase);
        next += found ? 1 : 0;
        return found;
    }

    private void Require(string word)
    {
        if (!Accept(word))
        {
            throw Expected($"'{word}'");
        }
    }

    private ArgumentException Expected(string what) => new(
        next < tokens.Count
            ? $"'{text}' is no selection: expected {what} at character {tokens[next].Place}, got '{Peek}'."
            : $"'{text}' is no selection: expected {what} at its end.");

    [GeneratedRegex(@"[A-Za-z_][A-Za-z0-9_-]*|-?[0-9.]+(?:[eE][+-]?[0-9]+)?|[<>!=]+|[^\s]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SetName();
}
