using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Cli.Jobs;

/// <summary>The labels that a loss has a meaning for.</summary>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
/// <param name="IsWhole">Whether only whole numbers are labels.</param>
/// <param name="Loss">The loss's name.</param>
internal sealed record LabelRange(double Least, double Most, bool IsWhole, string Loss)
{
    /// <summary>The range of a loss for a model.</summary>
    public static LabelRange Of(TunableModel model, InMemoryExamples rows, LossFunction loss) =>
        loss == LossFunction.CrossEntropy ? new(0, Classes(model, rows) - 1, IsWhole: true, loss.Name)
        : loss == LossFunction.Binary ? new(0, 1, IsWhole: true, loss.Name)
        : new(loss == LossFunction.Squared ? double.NegativeInfinity : 0, double.PositiveInfinity, IsWhole: false, loss.Name);

    /// <summary>What is expected, for people.</summary>
    public string Expected => IsWhole ? $"labels of 0 to {Most} for the loss {Loss}" : $"labels that are finite numbers{(Least == 0 ? " of 0 or more" : string.Empty)} for the loss {Loss}";

    /// <summary>Whether a label is one of these.</summary>
    public bool Holds(float label) => float.IsFinite(label) && label >= Least && label <= Most && (!IsWhole || label == MathF.Round(label));

    private static long Classes(TunableModel model, InMemoryExamples rows)
    {
        using var scope = NewDisposeScope();
        var one = rows.Slice(0, 1);
        return model.Forward(TensorBatch.Of(one.Read(1).First(), rows.InputShapes).Inputs).shape[^1];
    }
}
