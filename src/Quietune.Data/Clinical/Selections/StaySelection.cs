namespace Quietune.Data.Clinical.Selections;

/// <summary>Which stays of which sets: <c>set-a where ICUType=2 and Age&gt;=65</c>, or <c>set-a + set-b</c>.</summary>
/// <remarks>A comparison with an unknown field is false, whatever it asks. Selecting looks at each stay by itself.</remarks>
public sealed record StaySelection
{
    private readonly Func<Admission, bool> condition;

    private StaySelection(string text, IReadOnlyList<string> setNames, Func<Admission, bool> condition) =>
        (Text, SetNames, this.condition) = (text, setNames, condition);

    /// <summary>The selection as it was written.</summary>
    public string Text { get; }

    /// <summary>Names of the sets, such as <c>set-a</c>.</summary>
    public IReadOnlyList<string> SetNames { get; }

    /// <summary>Reads a selection.</summary>
    /// <param name="text">
    /// NAME, or NAME + NAME …, then optionally <c>where</c> and comparisons of a field (Age, Gender, Height, Weight, ICUType, RecordID, or Half: 1 for even records and 2 for odd) with a number by
    /// =, !=, &lt;, &lt;=, &gt;, &gt;= or <c>in (1, 3)</c>, joined by <c>and</c>, <c>or</c>, <c>not</c> and brackets.
    /// </param>
    /// <exception cref="ArgumentException">The text is no selection; the message names the place.</exception>
    public static StaySelection Parse(string text)
    {
        var (sets, condition) = new SelectionParser(text).Parse();
        return new(text, sets, condition);
    }

    /// <summary>Whether a stay belongs to it, if its set does.</summary>
    public bool Includes(Admission admission) => condition(admission);

    /// <summary>The selection as it was written.</summary>
    public override string ToString() => Text;
}
