using DuckDB.NET.Data;
using Quietune.Data.Clinical.Features;
using Quietune.Data.Tables;

namespace Quietune.Data.Clinical;

/// <summary>Writes stays as Parquet tables, which any tool reads and which tuning takes as it takes every table.</summary>
/// <remarks>Unknown values are nulls. A file appears whole or not at all.</remarks>
public static class StayParquet
{
    private static readonly (string Name, string Type)[] About =
        [("RecordID", "BIGINT"), ("PatientID", "BIGINT"), ("InHospitalDeath", "INTEGER"), ("HospitalDays", "DOUBLE"), ("UnitDays", "DOUBLE"), ("Readmitted30Days", "INTEGER")];

    /// <summary>One row a stay: its numbers, its outcomes, and all features.</summary>
    /// <param name="table">The features.</param>
    /// <param name="path">Where to; replaced if it is there.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(FeatureTable table, string path) => Write(
        path,
        [.. About, .. FeatureColumn.All.Select(column => (column.Name, "FLOAT"))],
        Enumerable.Range(0, table.Admissions.Count).Select(row => (IEnumerable<object?>)[.. Describe(table.Admissions[row]), .. table.Row(row).ToArray().Select(Known)]));

    /// <summary>One row a measured value: record, minute, variable, value.</summary>
    /// <param name="stays">The stays.</param>
    /// <param name="path">Where to; replaced if it is there.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(IReadOnlyList<Stay> stays, string path) => Write(
        path,
        [("RecordID", "BIGINT"), ("Minute", "INTEGER"), ("Variable", "VARCHAR"), ("Value", "FLOAT")],
        stays.SelectMany(stay => stay.Observations.Select(observation =>
            (IEnumerable<object?>)[stay.Admission.Id, (int)observation.Minute, ClinicalVariables.All[observation.Variable].Name, observation.Value])));

    /// <summary>One row a stay and hour: the mean of each variable.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="path">Where to; replaced if it is there.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(StayGrid grid, string path) => Write(
        path,
        [.. About, ("Hour", "INTEGER"), .. ClinicalVariables.All.Select(variable => (variable.Name, "FLOAT"))],
        from stay in Enumerable.Range(0, grid.Admissions.Count)
        from hour in Enumerable.Range(0, StayGrid.Hours)
        let values = grid.Values.AsMemory((stay * StayGrid.Length) + (hour * ClinicalVariables.Count), ClinicalVariables.Count)
        select (IEnumerable<object?>)[.. Describe(grid.Admissions[stay]), hour, .. values.ToArray().Select(Known)]);

    private static object?[] Describe(Admission admission) =>
    [
        admission.Id, admission.Patient, admission.Outcome.DiedInHospital ? 1 : 0, admission.Outcome.HospitalDays, admission.Outcome.UnitDays,
        admission.Outcome.Readmitted is { } readmitted ? readmitted ? 1 : 0 : null,
    ];

    private static object? Known(float value) => float.IsNaN(value) ? null : value;

    private static void Write(string path, IReadOnlyList<(string Name, string Type)> columns, IEnumerable<IEnumerable<object?>> rows)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder} does not exist; expected a folder to write {Path.GetFileName(path)} in.");
        }

        var unfinished = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            Execute(connection, $"CREATE TABLE stays ({string.Join(", ", columns.Select(column => $"{DuckDbSession.Identifier(column.Name)} {column.Type}"))})");
            using (var appender = connection.CreateAppender("stays"))
            {
                foreach (var values in rows)
                {
                    var row = appender.CreateRow();
                    foreach (var value in values)
                    {
                        Append(row, value);
                    }

                    row.EndRow();
                }
            }

            Execute(connection, $"COPY stays TO {DuckDbSession.Literal(unfinished)} (FORMAT parquet, COMPRESSION zstd)");
            File.Move(unfinished, path, overwrite: true);
        }
        catch (DuckDBException failure)
        {
            throw new IOException($"{path} cannot be written: {failure.Message.Split('\n')[0].TrimEnd('.')}.", failure);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Append(IDuckDBAppenderRow row, object? value) => _ = value switch
    {
        null => row.AppendNullValue(),
        long number => row.AppendValue(number),
        int number => row.AppendValue(number),
        double number => row.AppendValue(number),
        float number => row.AppendValue(number),
        _ => row.AppendValue((string)value),
    };
}
