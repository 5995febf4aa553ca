using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Pretraining;

/// <summary>A gated recurrent unit (Cho et al. 2014) over the steps of a sequence, and a linear layer on its last state: [R, T, n] → [R, outputs].</summary>
/// <remarks>Written out of linear layers, each of which has a factor rule: the steps are positions of one parameter.</remarks>
internal sealed class GatedRecurrentNetwork : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> inputGates;
    private readonly Module<Tensor, Tensor> stateGates;
    private readonly Module<Tensor, Tensor> head;
    private readonly int width;

    public GatedRecurrentNetwork(int inputs, int width, int outputs)
        : base(nameof(GatedRecurrentNetwork))
    {
        this.width = width;
        inputGates = Linear(inputs, 3 * width);
        stateGates = Linear(width, 3 * width);
        head = Linear(width, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var fromInput = inputGates.call(input);
        var state = zeros([input.shape[0], width], dtype: input.dtype, device: input.device);
        for (var step = 0; step < input.shape[1]; step++)
        {
            var (x, h) = (fromInput.select(1, step).chunk(3, 1), stateGates.call(state).chunk(3, 1));
            var update = (x[0] + h[0]).sigmoid();
            var reset = (x[1] + h[1]).sigmoid();
            var candidate = (x[2] + (reset * h[2])).tanh();
            state = candidate + (update * (state - candidate));
        }

        return head.call(state);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inputGates.Dispose();
            stateGates.Dispose();
            head.Dispose();
        }

        base.Dispose(disposing);
    }
}
