using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Gradients;

/// <summary>The reference loop's loss behind the product's contract; labels play no part.</summary>
internal sealed class SineLoss : LossFunction
{
    public override string Name => "sine";

    public override Tensor PerRow(Tensor outputs, Tensor labels) => PerExampleLoop.Loss(outputs);

    public override Tensor SampleLabels(Tensor outputs, double temperature, Tensor uniform) => uniform;

    public override Tensor Divergence(Tensor reference, Tensor outputs) => throw new NotSupportedException();
}
