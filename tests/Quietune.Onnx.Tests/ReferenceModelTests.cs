using Quietune.Onnx.Arrays;
using Quietune.Onnx.Tests.Cases;
using Quietune.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests;

/// <summary>The reference models give the outputs that PyTorch gave.</summary>
public sealed class ReferenceModelTests
{
    public static TheoryData<string> Names => ["mlp-tabular", "mlp-tied", "lenet-mnist", "resnet-mini", "transformer-text", "logistic-binary"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_ReferenceInputs_GivesTheReferenceOutputs(string name)
    {
        using var scope = NewDisposeScope();
        using var file = OnnxModelFile.Load(SharedFiles.Require($"models/{name}/model.onnx"));
        var input = NpyFile.Read(SharedFiles.Require($"models/{name}/input.npy"));
        var expected = NpyFile.Read(SharedFiles.Require($"models/{name}/logits.npy"));
        var outputs = file.Graph.Run(new Dictionary<string, Tensor> { [file.Graph.Inputs[0].Name] = input });
        Close.Equal(expected, outputs[file.Graph.Outputs[0].Name], 1e-5, name);
    }
}
