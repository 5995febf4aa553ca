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
            InputShape = file is null ? null : RowShape(file),
            // Indices, such as tokens, keep their values.
            Treatment = file?.Graph.Inputs is [{ ElementType: ElementType.Int64 or ElementType.Int32 }] ? FeatureTreatment.Pass : FeatureTreatment.Standardise,
        };
        return PreprocessingSpec.Propose(table.Open(), options);
    }

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

    /// <summary>The shape of one row of a model's only input, where the file declares it.</summary>
    private static int[]? RowShape(OnnxModelFile file) =>
        file.Graph.Inputs is [{ Shape: { Count: > 2 } shape }] && shape.Skip(1).All(size => size.Size is > 0 and < int.MaxValue) ? [.. shape.Skip(1).Select(size => (int)size.Size!)] : null;
}
