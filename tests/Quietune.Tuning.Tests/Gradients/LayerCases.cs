using Quietune.Tuning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Gradients;

/// <summary>A small module around one kind of layer.</summary>
/// <param name="Make">The module.</param>
/// <param name="RowShape">The shape of one row of its input.</param>
/// <param name="Rule">How the rule of its first block begins.</param>
/// <param name="Vocabulary">Inputs are whole numbers below this; 0 for normal numbers.</param>
internal sealed record LayerCase(Func<Module<Tensor, Tensor>> Make, long[] RowShape, string Rule, long Vocabulary = 0)
{
    public Module<Tensor, Tensor> Module() => Filled.Parameters(Make());

    public Tensor Input(long rows, ulong seed = 7) => Vocabulary > 0 ? Filled.Indices(seed, Vocabulary, [rows, .. RowShape]) : Filled.Normal(seed, [rows, .. RowShape]);
}

/// <summary>Every supported layer, in the forms that its rule must tell apart.</summary>
internal static class LayerCases
{
    private const string Slow = "one backward pass";

    private static readonly Dictionary<string, LayerCase> Cases = new()
    {
        ["linear"] = new(() => Sequential(Linear(5, 4), Tanh(), Linear(4, 3)), [5], "linear"),
        ["linear alone"] = new(() => Linear(5, 3), [5], "linear"),
        ["linear, no bias"] = new(() => Sequential(Linear(5, 4, hasBias: false), Tanh(), Linear(4, 3)), [5], "linear"),
        ["linear, few positions"] = new(() => Sequential(Linear(6, 5), Tanh(), Linear(5, 7)), [2, 6], "linear"),
        ["linear, many positions"] = new(() => Sequential(Linear(3, 4), Tanh(), Linear(4, 3)), [9, 3], "linear"),
        ["linear, two axes of positions"] = new(() => Sequential(Linear(3, 4), Tanh(), Linear(4, 3)), [4, 3, 3], "linear"),
        ["conv1d"] = new(() => Sequential(Conv1d(3, 4, 3), Tanh()), [3, 9], "convolution"),
        ["conv1d, stride, padding, dilation"] = new(() => Sequential(Conv1d(3, 4, 3, stride: 2, padding: 2, dilation: 2), Tanh()), [3, 11], "convolution"),
        ["conv1d, groups"] = new(() => Sequential(Conv1d(4, 6, 3, groups: 2), Tanh()), [4, 8], "convolution"),
        ["conv1d, few positions"] = new(() => Sequential(Conv1d(4, 6, 3), Tanh()), [4, 4], "convolution"),
        ["conv1d, same"] = new(() => Sequential(Conv1d(2, 3, 3, Padding.Same), Tanh()), [2, 7], "convolution"),
        ["conv2d"] = new(() => Sequential(Conv2d(2, 3, 3), Tanh(), Conv2d(3, 4, 2)), [2, 6, 6], "convolution"),
        ["conv2d, no bias"] = new(() => Sequential(Conv2d(2, 3, 3, bias: false), Tanh()), [2, 5, 5], "convolution"),
        ["conv2d, stride"] = new(() => Sequential(Conv2d(2, 3, 3, stride: 2), Tanh()), [2, 8, 8], "convolution"),
        ["conv2d, uneven kernel, stride, padding, dilation"] = new(
            () => Sequential(Conv2d(2, 3, (3, 2), stride: (2, 1), padding: (1, 2), dilation: (1, 2)), Tanh()), [2, 7, 6], "convolution"),
        ["conv2d, uneven kernel, padding, dilation"] = new(() => Sequential(Conv2d(2, 4, (3, 2), padding: (1, 2), dilation: (1, 2), groups: 2), Tanh()), [2, 7, 6], "convolution"),
        ["conv2d, groups"] = new(() => Sequential(Conv2d(4, 6, 3, groups: 2), Tanh()), [4, 5, 5], "convolution"),
        ["conv2d, groups, no bias"] = new(() => Sequential(Conv2d(4, 6, 3, groups: 2, bias: false), Tanh()), [4, 5, 5], "convolution"),
        ["conv2d, depthwise"] = new(() => Sequential(Conv2d(3, 6, 3, padding: 1, groups: 3), Tanh()), [3, 5, 5], "convolution"),
        ["conv2d, few positions, groups"] = new(() => Sequential(Conv2d(6, 8, 3, groups: 2), Tanh()), [6, 4, 3], "convolution"),
        ["conv2d, one position"] = new(() => Sequential(Conv2d(2, 3, 4), Tanh()), [2, 4, 4], "convolution"),
        ["conv2d, same"] = new(() => Sequential(Conv2d(2, 3, 3, Padding.Same), Tanh()), [2, 5, 5], "convolution"),
        ["conv2d, same, even kernel"] = new(() => Sequential(Conv2d(2, 3, 2, Padding.Same), Tanh()), [2, 5, 5], Slow),
        ["conv2d, valid"] = new(() => Sequential(Conv2d(2, 3, 3, Padding.Valid), Tanh()), [2, 5, 5], "convolution"),
        ["conv2d, reflected padding"] = new(() => Sequential(Conv2d(2, 3, 3, padding: 1, padding_mode: PaddingModes.Reflect), Tanh()), [2, 5, 5], Slow),
        ["conv2d, viewed in the order of its axes"] = new(() => new ViewedImages(), [2, 5, 5], "convolution"),
        ["transposed convolution"] = new(() => Sequential(ConvTranspose2d(2, 3, 3), Tanh()), [2, 4, 4], Slow),
        ["embedding, repeated tokens"] = new(() => Sequential(new Tokens(4, 3), Tanh()), [6], "embedding", Vocabulary: 4),
        ["embedding, two axes of positions"] = new(() => Sequential(new Tokens(9, 3), Tanh()), [2, 3], "embedding", Vocabulary: 9),
        ["layer norm"] = new(() => Sequential(LayerNorm([5]), Tanh()), [5], "affine"),
        ["layer norm, positions"] = new(() => Sequential(LayerNorm([4]), Tanh()), [3, 4], "affine"),
        ["layer norm, two axes"] = new(() => Sequential(LayerNorm([3, 4]), Tanh()), [2, 3, 4], "affine"),
        ["group norm"] = new(() => Sequential(GroupNorm(2, 4), Tanh()), [4, 3, 3], "affine"),
        ["group norm, one axis of positions"] = new(() => Sequential(GroupNorm(2, 6), Tanh()), [6, 2], "affine"),
        ["batch norm 1d"] = new(() => Sequential(BatchNorm1d(4), Tanh()), [4], "affine"),
        ["batch norm 1d, positions"] = new(() => Sequential(BatchNorm1d(4), Tanh()), [4, 3], "affine"),
        ["batch norm 2d"] = new(() => Sequential(Conv2d(2, 3, 2), BatchNorm2d(3), Tanh()), [2, 4, 4], "convolution"),
        ["bare parameters"] = new(() => Sequential(new BareScale(4), Tanh(), Linear(4, 3)), [4], "linear"),
        ["custom module"] = new(() => new SelfProduct(4), [4], Slow),
        ["layer called twice"] = new(() => new CalledTwice(4), [4], "linear"),
        ["layer called twice, positions"] = new(() => new CalledTwice(4), [3, 4], "linear"),
        ["one weight, one bias"] = new(() => new SharedWeight(4, shareBias: true), [4], "linear"),
        ["one weight, two biases"] = new(() => new SharedWeight(4, shareBias: false), [4], "linear"),
        ["one weight, two biases, positions"] = new(() => new SharedWeight(4, shareBias: false), [3, 4], "linear"),
        ["gated recurrent unit"] = new(() => Quietune.Tuning.Pretraining.Networks.GatedRecurrent(1, 3, 4, 2), [5, 3], "linear"),
        ["layer never called"] = new(() => new UnusedLayer(3, called: false), [3], "linear"),
        ["layer called in vain"] = new(() => new UnusedLayer(3, called: true), [3], "linear"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    public static LayerCase Get(string name) => Cases[name];
}
