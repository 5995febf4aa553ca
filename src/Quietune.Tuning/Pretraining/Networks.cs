using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Pretraining;

/// <summary>Small networks to start from where there is no pretrained model.</summary>
public static class Networks
{
    /// <summary>The 26,010-parameter network for 28×28 digits of Papernot et al. 2021 and Tramèr &amp; Boneh 2021: [R, 1, 28, 28] → [R, 10].</summary>
    /// <param name="seed">Decides the first weights.</param>
    public static Module<Tensor, Tensor> DigitCnn(ulong seed)
    {
        manual_seed((long)seed);
        return Sequential(
            ("conv1", Conv2d(1, 16, 8, stride: 2, padding: 3)),
            ("relu1", ReLU()),
            ("pool1", MaxPool2d(2, stride: 1)),
            ("conv2", Conv2d(16, 32, 4, stride: 2)),
            ("relu2", ReLU()),
            ("pool2", MaxPool2d(2, stride: 1)),
            ("flatten", Flatten()),
            ("fc1", Linear(512, 32)),
            ("relu3", ReLU()),
            ("fc2", Linear(32, 10)));
    }

    /// <summary>A linear layer of zero weights, which names every class with the same probability: [R, inputs] → [R, outputs].</summary>
    /// <param name="inputs">Numbers of a row.</param>
    /// <param name="outputs">How many outputs.</param>
    public static Module<Tensor, Tensor> LinearHead(int inputs, int outputs)
    {
        var layer = Linear(inputs, outputs);
        init.zeros_(layer.weight!);
        init.zeros_(layer.bias!);
        return Sequential(("fc", layer));
    }

    /// <summary>A multilayer perceptron with ReLU: [R, …] → [R, last].</summary>
    /// <param name="seed">Decides the first weights.</param>
    /// <param name="sizes">Inputs, hidden layers, outputs.</param>
    public static Module<Tensor, Tensor> Perceptron(ulong seed, params ReadOnlySpan<int> sizes)
    {
        manual_seed((long)seed);
        var layers = new List<(string, Module<Tensor, Tensor>)> { ("flatten", Flatten()) };
        for (var i = 1; i < sizes.Length; i++)
        {
            layers.Add(($"fc{i}", Linear(sizes[i - 1], sizes[i])));
            if (i + 1 < sizes.Length)
            {
                layers.Add(($"relu{i}", ReLU()));
            }
        }

        return Sequential(layers.ToArray());
    }

    /// <summary>A gated recurrent unit over the steps of a sequence: [R, T, inputs] → [R, outputs].</summary>
    /// <param name="seed">Decides the first weights.</param>
    /// <param name="inputs">Numbers a step.</param>
    /// <param name="width">Numbers in the state.</param>
    /// <param name="outputs">How many outputs.</param>
    public static Module<Tensor, Tensor> GatedRecurrent(ulong seed, int inputs, int width, int outputs)
    {
        manual_seed((long)seed);
        return new GatedRecurrentNetwork(inputs, width, outputs);
    }
}
