using System.IO.Enumeration;
using System.Text;
using Quietune.Data.Tables;

namespace Quietune.Data.Preprocessing;

/// <summary>One pass over a public table that decides how each column is treated.</summary>
internal sealed class SpecProposal
{
    private const int MostCategories = 32;
    private const int MostClasses = 1000;
    private readonly ITable table;
    private readonly ProposalOptions options;

    public SpecProposal(ITable table, ProposalOptions options)
    {
        if (table.IsPrivate)
        {
            throw new ArgumentException($"{table.Name} is private: expected a public table, for its statistics go into the spec.", nameof(table));
        }

        (this.table, this.options) = (table, options);
    }

    public PreprocessingSpec Make()
    {
        var features = Features();
        var requests = features.Append(Find(options.Label)).Select(column => new ColumnRequest(column.Name, AsText: !column.IsNumber || column.Name == options.Label)).ToArray();
        var defaults = new PreprocessingSpec { Label = new("", LabelKind.Number) };
        var missing = defaults.Missing.Select(Encoding.UTF8.GetBytes).ToArray();
        var readers = requests.Select(request => new CellReader(table, request.Name, missing)).ToArray();
        var summaries = requests.Select(request => new ColumnSummary(request.Name == options.Label ? MostClasses : MostCategories)).ToArray();
        foreach (var chunk in table.Read(requests))
        {
            for (var i = 0; i < requests.Length; i++)
            {
                readers[i].MoveTo(chunk, i);
                summaries[i].Add(readers[i]);
            }
        }

        if (summaries[^1].Count == 0)
        {
            throw TableProblem.NoRows(table);
        }

        var columns = features.Select((column, i) => Column(column.Name, summaries[i])).ToArray();
        var spec = defaults with
        {
            Inputs = [new(options.InputShape ?? [columns.Sum(column => column.Width)], columns)],
            Label = Label(summaries[^1]),
        };
        return spec.Problem() is { } problem ? throw new ArgumentException($"{problem}.", nameof(options)) : spec;
    }

    private TableColumn[] Features()
    {
        var chosen = new List<TableColumn>();
        foreach (var pattern in options.Features)
        {
            var found = table.Columns.Where(column => Matches(pattern, column.Name)).ToArray();
            if (found.Length == 0)
            {
                throw TableProblem.NoColumn(table, pattern);
            }

            chosen.AddRange(found.Where(column => !chosen.Contains(column) && column.Name != options.Label && column.Name != options.UnitColumn
                && !options.Exclude.Any(excluded => Matches(excluded, column.Name))));
        }

        return chosen.Count > 0 ? [.. chosen] : throw new ArgumentException($"{table.Name} keeps no feature column besides the label; expected at least one.", nameof(options));
    }

    private static bool Matches(string pattern, string name) =>
        pattern == name || (pattern.Contains('*', StringComparison.Ordinal) && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    private TableColumn Find(string name) => table.Columns.FirstOrDefault(column => column.Name == name) ?? throw TableProblem.NoColumn(table, name);

    private ColumnSpec Column(string name, ColumnSummary summary) => summary switch
    {
        { IsNumber: true } => options.Treatment switch
        {
            FeatureTreatment.Pixels => new ScaleColumn(name, 1.0 / 255),
            FeatureTreatment.Pass => new PassColumn(name),
            _ => new StandardiseColumn(name, summary.Mean, summary.Deviation > 0 ? summary.Deviation : 1, options.Clip, summary.Mean),
        },
        { Texts.Count: > 0 and <= MostCategories } => new OneHotColumn(name, summary.Texts),
        { Texts.Count: 0 } => throw new InvalidDataException($"{table.Name}, column '{name}': expected at least one value; leave the column out of the features."),
        _ => throw new InvalidDataException($"{table.Name}, column '{name}': expected numbers or at most {MostCategories} different texts; leave the column out of the features."),
    };

    private LabelSpec Label(ColumnSummary summary)
    {
        if (options.LabelKind == LabelKind.Number)
        {
            return summary.IsNumber
                ? new(options.Label, LabelKind.Number)
                : throw new InvalidDataException($"{table.Name}, column '{options.Label}': expected numbers as labels.");
        }

        if (summary.Texts.Count is 0 or > MostClasses)
        {
            throw new InvalidDataException($"{table.Name}, column '{options.Label}': expected 1 to {MostClasses} classes, or labels of kind number.");
        }

        // Whole numbers are class indices already, even where the public table has not all of them.
        var indices = summary.Texts.Select(text => int.TryParse(text, out var index) && index is >= 0 and < MostClasses && index.ToString() == text ? index : -1).ToArray();
        return new(options.Label, LabelKind.Classes, indices.Min() >= 0 ? [.. Enumerable.Range(0, indices.Max() + 1).Select(index => index.ToString())] : summary.Texts);
    }
}
