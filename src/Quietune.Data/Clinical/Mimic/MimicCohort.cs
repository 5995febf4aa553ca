using Quietune.Data.Clinical.Features;
using Quietune.Data.Tables;

namespace Quietune.Data.Clinical.Mimic;

/// <summary>The cohort of a MIMIC folder: of every adult the first intensive-care stay of at least 48 hours.</summary>
/// <remarks>
/// The tables are read where they lie, compressed, once each, by an engine that spills what does not fit in memory to a private temporary
/// folder, gone when this is disposed. Events outside the first 48 hours, of other items, without a number, or outside the plausible range are
/// left out. The privacy unit is the patient, who has one stay here.
/// Source: MIMIC-III, Johnson et al. 2016; MIMIC-IV, Johnson et al. 2023.
/// </remarks>
public sealed class MimicCohort : IDisposable
{
    private readonly DuckDbSession session;

    private MimicCohort(DuckDbSession session, MimicEdition edition, IReadOnlyList<Admission> admissions) =>
        (this.session, Edition, Admissions) = (session, edition, admissions);

    /// <summary>Which MIMIC this is.</summary>
    public MimicEdition Edition { get; }

    /// <summary>The stays, in order of their numbers.</summary>
    public IReadOnlyList<Admission> Admissions { get; }

    /// <summary>Whether a folder looks like MIMIC.</summary>
    public static bool IsAt(string folder) => MimicFiles.EditionOf(folder) is not null;

    /// <summary>Reads the tables.</summary>
    /// <param name="folder">MIMIC-IV 2 or 3 with its folders hosp and icu, or MIMIC-III 1.4; .csv.gz or .csv.</param>
    /// <param name="isPrivate">Whether messages must keep the rows' values to themselves.</param>
    /// <param name="cancellationToken">Stops between tables.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A table is missing.</exception>
    /// <exception cref="InvalidDataException">A column is missing, or a table cannot be read.</exception>
    public static MimicCohort Read(string folder, bool isPrivate = true, CancellationToken cancellationToken = default)
    {
        var files = new MimicFiles(folder);
        string[] work =
        [
            // Events have no order that matters; keeping it would hold whole tables in memory.
            "SET preserve_insertion_order = false",
            "SET memory_limit = '2GB'",
            MimicSql.Cohort(files),
            MimicSql.Events,
            MimicSql.Insert(files, "icu/chartevents", MimicItems.Chart),
            MimicSql.Insert(files, "hosp/labevents", MimicItems.Laboratory),
            MimicSql.Insert(files, "icu/outputevents", MimicItems.Output, "value"),
            MimicSql.ComaScores,
        ];
        var engine = new DuckDbSession(new(folder, isPrivate, TableFormat.Csv));
        try
        {
            foreach (var sql in work)
            {
                cancellationToken.ThrowIfCancellationRequested();
                engine.Execute(sql);
            }

            return new(engine, files.Edition, ReadAdmissions(engine));
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>The features of the cohort.</summary>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public FeatureTable Features(CancellationToken cancellationToken = default)
    {
        var values = new float[checked(Admissions.Count * FeatureTable.Width)];
        for (var row = 0; row < Admissions.Count; row++)
        {
            var target = values.AsSpan(row * FeatureTable.Width, FeatureTable.Width);
            FeatureTable.Describe(Admissions[row].Description, target);
            for (var variable = 0; variable < ClinicalVariables.Count; variable++)
            {
                RunningStatistics.Write(null, FeatureTable.Of(variable, target));
            }
        }

        foreach (var (columns, row) in Rows(session, MimicSql.Statistics, 9, cancellationToken))
        {
            var target = FeatureTable.Of((int)columns[1].Numbers[row], values.AsSpan((int)columns[0].Numbers[row] * FeatureTable.Width, FeatureTable.Width));
            for (var statistic = 0; statistic < 7; statistic++)
            {
                target[statistic] = (float)columns[2 + statistic].Numbers[row];
            }

            // The slope through values of one time is no number.
            target[(int)Statistic.Slope] = float.IsFinite(target[(int)Statistic.Slope]) && !columns[7].Missing[row] ? target[(int)Statistic.Slope] : 0;
            target[(int)Statistic.Missing] = 0;
        }

        return new(Admissions, values);
    }

    /// <summary>The cohort on a grid of hours.</summary>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public StayGrid Grid(CancellationToken cancellationToken = default)
    {
        var values = new float[checked(Admissions.Count * StayGrid.Length)];
        Array.Fill(values, float.NaN);
        foreach (var (columns, row) in Rows(session, MimicSql.Hours, 4, cancellationToken))
        {
            var (stay, variable, hour) = ((int)columns[0].Numbers[row], (int)columns[1].Numbers[row], (int)columns[2].Numbers[row]);
            values[(stay * StayGrid.Length) + (hour * ClinicalVariables.Count) + variable] = (float)columns[3].Numbers[row];
        }

        return new(Admissions, values);
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private static List<Admission> ReadAdmissions(DuckDbSession engine)
    {
        var admissions = new List<Admission>();
        foreach (var (columns, row) in Rows(engine, MimicSql.Admissions, 11, default))
        {
            double? Known(int column) => columns[column].Missing[row] ? null : columns[column].Numbers[row];
            float OrNaN(int column) => (float)(Known(column) ?? double.NaN);
            admissions.Add(new(
                (long)columns[0].Numbers[row],
                (long)columns[1].Numbers[row],
                new(OrNaN(2), OrNaN(3), OrNaN(9), OrNaN(10), OrNaN(4)),
                new(Known(5) == 1, Known(6), Known(7), Known(8) is { } readmitted ? readmitted == 1 : null)));
        }

        return admissions;
    }

    private static IEnumerable<(ColumnValues[] Columns, int Row)> Rows(DuckDbSession engine, string sql, int count, CancellationToken cancellationToken)
    {
        var columns = Enumerable.Range(0, count).Select(_ => new ColumnValues()).ToArray();
        foreach (var rows in engine.Stream(sql, (chunk, size) => Array.ForEach([.. Enumerable.Range(0, count)], column => DuckDbSession.Copy(chunk, column, size, isText: false, columns[column])), cancellationToken))
        {
            for (var row = 0; row < rows; row++)
            {
                yield return (columns, row);
            }
        }
    }
}
