using Quietune.Data;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;

namespace Quietune.Cli.Jobs;

/// <summary>The private rows: named before budget is set aside, opened after, with messages that never quote them.</summary>
internal static class PrivateTable
{
    /// <summary>The table, named but not opened; what can be refused without opening it costs no budget.</summary>
    /// <param name="name">What the user gave.</param>
    /// <param name="unitColumn">The privacy unit's column, or null.</param>
    /// <exception cref="BadInputException">It does not exist, or has no such column by its kind.</exception>
    public static TableReference Of(string name, string? unitColumn)
    {
        var table = Inputs.Checked(() => TableReference.Parse(name));
        if (table.Format is TableFormat.Csv or TableFormat.JsonLines or TableFormat.Parquet && !table.Location.Contains('*', StringComparison.Ordinal) && !Path.Exists(table.Location))
        {
            throw new BadInputException($"{name} does not exist; expected the private rows.");
        }

        return (table.Format, unitColumn) is (TableFormat.Idx, { } unit)
            ? throw new BadInputException($"--privacy-unit: expected none, as {name} is a folder of images without columns, got '{unit}'.")
            : table;
    }

    /// <summary>Refuses a table where the preprocessing is for images, and the other way round.</summary>
    /// <exception cref="BadInputException">It is of the other kind.</exception>
    public static void Require(TableReference table, PreprocessingSpec spec, string name)
    {
        if (spec.Pixels is null == (table.Format == TableFormat.Idx))
        {
            throw new BadInputException($"{name}: expected {(spec.Pixels is null ? "a table" : "a folder of images")}, which is what the preprocessing spec is made for.");
        }
    }

    /// <summary>Opens the table; its rows are refused without their values where they do not fit.</summary>
    /// <exception cref="InvalidDataException">The rows have another shape than the public ones.</exception>
    public static IExampleSource Rows(TableReference table, PublicInputs inputs, string name) =>
        new FittingRows(inputs.Spec.Apply(table, isPrivate: true, inputs.Request.UnitColumn), inputs.Rows.InputShapes, inputs.Labels, name);

    /// <summary>Does a piece of work on private rows; whatever breaks there may quote them, so only messages made for private rows pass.</summary>
    /// <exception cref="BadInputException">It broke.</exception>
    public static T Withheld<T>(string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is not (InvalidDataException or IOException or UnauthorizedAccessException or OperationCanceledException))
        {
            throw new BadInputException($"{name}: expected private rows that fit the model ({error.GetType().Name}; its message is withheld, as it may quote them).");
        }
    }
}
