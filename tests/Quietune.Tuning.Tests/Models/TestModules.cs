using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Models;

/// <summary>y = scale ∘ x + shift with parameters of its own, which no rule knows.</summary>
internal sealed class BareScale : Module<Tensor, Tensor>
{
    private readonly Parameter scale;
    private readonly Parameter shift;

    public BareScale(long size)
        : base(nameof(BareScale))
    {
        scale = Parameter(ones(size));
        shift = Parameter(zeros(size));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => (input * scale) + shift;
}

/// <summary>A matrix that is also used transposed: no factor rule could know.</summary>
internal sealed class SelfProduct : Module<Tensor, Tensor>
{
    private readonly Parameter matrix;

    public SelfProduct(long size)
        : base(nameof(SelfProduct))
    {
        matrix = Parameter(eye(size));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input.matmul(matrix).tanh().matmul(matrix.transpose(0, 1));
}

/// <summary>Token numbers that come as float32, looked up, with the positions kept.</summary>
internal sealed class Tokens : Module<Tensor, Tensor>
{
    private readonly Embedding table;

    public Tokens(long vocabulary, long width, long? padding = null)
        : base(nameof(Tokens))
    {
        table = Embedding(vocabulary, width, padding);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => table.call(input.to_type(ScalarType.Int64));
}

/// <summary>One table both to look tokens up and to score them at the end, through functional operations.</summary>
internal sealed class TiedTable : Module<Tensor, Tensor>
{
    private readonly Embedding table;
    private readonly Linear middle;

    public TiedTable(long vocabulary, long width)
        : base(nameof(TiedTable))
    {
        table = Embedding(vocabulary, width);
        middle = Linear(width, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var hidden = middle.call(table.call(input.to_type(ScalarType.Int64))).tanh().mean([1]);
        return functional.linear(hidden, table.weight!);
    }
}

/// <summary>The same layer called twice.</summary>
internal sealed class CalledTwice : Module<Tensor, Tensor>
{
    private readonly Linear layer;

    public CalledTwice(long size)
        : base(nameof(CalledTwice))
    {
        layer = Linear(size, size);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layer.call(layer.call(input).tanh());
}

/// <summary>Two layers with one weight, and one bias or a bias each.</summary>
internal sealed class SharedWeight : Module<Tensor, Tensor>
{
    private readonly Linear first;
    private readonly Linear second;

    public SharedWeight(long size, bool shareBias)
        : base(nameof(SharedWeight))
    {
        first = Linear(size, size);
        second = Linear(size, size);
        second.weight = first.weight;
        if (shareBias)
        {
            second.bias = first.bias;
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => second.call(first.call(input).tanh());
}

/// <summary>A layer after which an activation overwrites the recorded output.</summary>
internal sealed class OverwritingActivation : Module<Tensor, Tensor>
{
    private readonly Linear first;
    private readonly Linear second;

    public OverwritingActivation(long size)
        : base(nameof(OverwritingActivation))
    {
        first = Linear(size, size);
        second = Linear(size, size);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => second.call(first.call(input).relu_());
}

/// <summary>Subtracts the mean over the batch: a row's output depends on the other rows.</summary>
internal sealed class BatchMean : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> layer;

    public BatchMean(Module<Tensor, Tensor> layer)
        : base(nameof(BatchMean))
    {
        this.layer = layer;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var output = layer.call(input);
        return output - output.mean([0], keepdim: true);
    }
}

/// <summary>A layer that is never called, or called and its output ignored.</summary>
internal sealed class UnusedLayer : Module<Tensor, Tensor>
{
    private readonly Linear used;
    private readonly Linear unused;

    private readonly bool called;

    public UnusedLayer(long size, bool called)
        : base(nameof(UnusedLayer))
    {
        this.called = called;
        used = Linear(size, size);
        unused = Linear(size, size);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        if (called)
        {
            unused.call(input);
        }

        return used.call(input);
    }
}

/// <summary>A convolution whose output is seen as rows of numbers without a copy, which values that lie channel by channel allow alone.</summary>
internal sealed class ViewedImages : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> layer;

    public ViewedImages()
        : base(nameof(ViewedImages))
    {
        layer = Conv2d(2, 3, 3);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layer.call(input).tanh().view(input.shape[0], -1);
}
