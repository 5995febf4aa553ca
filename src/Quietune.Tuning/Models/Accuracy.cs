using Quietune.Data;
using Quietune.Tuning.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Models;

/// <summary>The share of public rows whose class a model names right.</summary>
public static class Accuracy
{
    private const int BatchSize = 1000;

    /// <summary>Accuracy in [0, 1] on rows declared public: classes by the largest output, or by the sign of a single logit.</summary>
    public static double Of(TunableModel model, IExampleSource publicRows)
    {
        long right = 0, count = 0;
        foreach (var batch in publicRows.Read(BatchSize))
        {
            using var scope = NewDisposeScope();
            var tensors = TensorBatch.Of(batch, publicRows.InputShapes);
            var outputs = model.Forward(tensors.Inputs);
            var named = outputs.dim() > 1 && outputs.shape[^1] > 1 ? outputs.argmax(-1).to_type(ScalarType.Float32) : outputs.gt(0).to_type(ScalarType.Float32).reshape(-1);
            right += named.eq(tensors.Labels).sum().item<long>();
            count += batch.Count;
        }

        return (double)right / count;
    }
}
