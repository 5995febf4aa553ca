using Quietune.Data;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx;
using Quietune.Tuning.Models;

namespace Quietune.Cli.Jobs;

/// <summary>What the user gave, made fit for the model or refused in one sentence.</summary>
internal static class Inputs
{
    /// <summary>Does a piece of work whose refused arguments are the user's own.</summary>
    /// <exception cref="BadInputException">An argument was refused.</exception>
    public static T Checked<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException error)
        {
            var message = error.Message;
            var suffix = $" (Parameter '{error.ParamName}')";
            throw new BadInputException(message.EndsWith(suffix, StringComparison.Ordinal) ? message[..^suffix.Length] : message);
        }
    }

    /// <summary>The spec that public rows propose for a model.</summary>
    /// <exception cref="BadInputException">A table without a label's name.</exception>
    public static PreprocessingSpec Propose(TableReference table, OnnxModelFile? file, LossFunction loss, string? label, IReadOnlyList<string> features, string? unitColumn)
    {
        if (table.Format == TableFormat.Idx)
        {
            return PreprocessingSpec.Propose(Quietune.Data.Images.IdxFolder.Read(table.Location));
        }

        var options = new ProposalOptions(label ?? throw new BadInputException($"{table}: expected --label with the label's column."))
        {
            Features = features.Count > 0 ? features : ["*"],
            UnitColumn = unitColumn,
            LabelKind = loss == LossFunction.CrossEntropy || loss == LossFunction.Binary ? LabelKind.Classes : LabelKind.Number,
        };
        return file?.Graph.Inputs switch
        {
            null => PreprocessingSpec.Propose(table.Open(), options),
            [var only] => PreprocessingSpec.Propose(table.Open(), For(only, options)),
            var several => ProposeSeveral(table, several, options),
        };
    }

    /// <summary>One part of the spec for each input of a model, from the columns that bear its name.</summary>
    /// <exception cref="BadInputException">An input has no column.</exception>
    private static PreprocessingSpec ProposeSeveral(TableReference table, IReadOnlyList<OnnxValue> inputs, ProposalOptions options)
    {
        var columns = table.Open().Columns.Select(column => column.Name).ToList();
        var parts = inputs.Select(input =>
        {
            var own = columns.Where(column => Bears(column, input.Name) && column != options.Label && column != options.UnitColumn).ToArray();
            return own.Length > 0
                ? PreprocessingSpec.Propose(table.Open(), For(input, options) with { Features = own })
                : throw new BadInputException($"{table}: expected columns named after each of the model's inputs {string.Join(", ", inputs.Select(other => other.Name))}, such as {input.Name}_1, or --preprocess with a spec that names them; got none for {input.Name}.");
        }).ToList();
        return parts[0] with { Inputs = [.. parts.Zip(inputs, (part, input) => part.Inputs[0] with { Name = input.Name })] };
    }

    private static bool Bears(string column, string input) =>
        column.StartsWith(input, StringComparison.Ordinal) && (column.Length == input.Length || column[input.Length] is '_' or '.' or '[' || char.IsAsciiDigit(column[input.Length]));

    private static ProposalOptions For(OnnxValue input, ProposalOptions options) => options with
    {
        InputShape = RowShape(input),
        // Indices, such as tokens, keep their values.
        Treatment = input.ElementType is ElementType.Int64 or ElementType.Int32 ? FeatureTreatment.Pass : FeatureTreatment.Standardise,
    };

    /// <summary>Refuses public labels that the loss has no meaning for, before anything is rehearsed.</summary>
    /// <exception cref="BadInputException">A label is out of range, or no number.</exception>
    /// <param name="name">What messages call the rows.</param>
    /// <param name="rows">Public rows.</param>
    /// <param name="label">How labels are read; private rows are read the same way.</param>
    /// <param name="model">The model.</param>
    /// <param name="loss">Its loss.</param>
    public static LabelRange RequireLabels(string name, InMemoryExamples rows, LabelSpec label, TunableModel model, LossFunction loss)
    {
        var range = LabelRange.Of(model, rows, loss);
        if (label.Classes is { } classes && classes.Count - 1 > range.Most)
        {
            throw new BadInputException($"{name}: expected at most {range.Most + 1} classes of labels for this model and the loss {loss.Name}, got {classes.Count}.");
        }

        var wrong = Array.FindIndex(rows.Labels, value => !range.Holds(value));
        return wrong < 0 ? range : throw new BadInputException($"{name}: expected {range.Expected}, got {rows.Labels[wrong]}.");
    }

    /// <summary>The shape of one row of an input, where the file declares it.</summary>
    private static int[]? RowShape(OnnxValue input) =>
        input.Shape is { Count: > 2 } shape && shape.Skip(1).All(size => size.Size is > 0 and < int.MaxValue) ? [.. shape.Skip(1).Select(size => (int)size.Size!)] : null;
}
