using Quietune.Data;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

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

    /// <summary>Refuses labels that the loss has no meaning for, before anything is rehearsed.</summary>
    /// <exception cref="BadInputException">A label is out of range, or no number.</exception>
    /// <param name="name">What messages call the rows.</param>
    /// <param name="rows">Public rows.</param>
    /// <param name="label">How labels are read; private rows are read the same way.</param>
    /// <param name="model">The model.</param>
    /// <param name="loss">Its loss.</param>
    public static void RequireLabels(string name, InMemoryExamples rows, LabelSpec label, TunableModel model, LossFunction loss)
    {
        var most = loss == LossFunction.CrossEntropy ? Classes(model, rows) - 1 : loss == LossFunction.Binary ? 1 : double.PositiveInfinity;
        if (label.Classes is { } classes && classes.Count - 1 > most)
        {
            throw new BadInputException($"{name}: expected at most {most + 1} classes of labels for this model and the loss {loss.Name}, got {classes.Count}.");
        }

        var whole = loss == LossFunction.CrossEntropy || loss == LossFunction.Binary;
        var least = loss == LossFunction.Squared ? double.NegativeInfinity : 0;
        foreach (var value in rows.Labels)
        {
            if (!(value >= least && value <= most && float.IsFinite(value) && (!whole || value == MathF.Round(value))))
            {
                throw new BadInputException($"{name}: expected labels {(whole ? $"of 0 to {most}" : "that are finite numbers")} for the loss {loss.Name}, got {value}.");
            }
        }
    }

    /// <summary>The shape of one row of a model's only input, where the file declares it.</summary>
    private static int[]? RowShape(OnnxModelFile file) =>
        file.Graph.Inputs is [{ Shape: { Count: > 2 } shape }] && shape.Skip(1).All(size => size.Size is > 0 and < int.MaxValue) ? [.. shape.Skip(1).Select(size => (int)size.Size!)] : null;

    private static long Classes(TunableModel model, InMemoryExamples rows)
    {
        using var scope = NewDisposeScope();
        var one = rows.Slice(0, 1);
        return model.Forward(TensorBatch.Of(one.Read(1).First(), rows.InputShapes).Inputs).shape[^1];
    }
}
