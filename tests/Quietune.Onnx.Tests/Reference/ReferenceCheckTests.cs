using Quietune.Onnx.Reference;
using Quietune.Tests;

namespace Quietune.Onnx.Tests.Reference;

public sealed class ReferenceCheckTests
{
    [Theory]
    [InlineData("lenet-mnist")]
    [InlineData("logistic-binary")]
    [InlineData("mlp-tabular")]
    [InlineData("mlp-tied")]
    [InlineData("resnet-mini")]
    [InlineData("transformer-text")]
    public void Compare_ReferenceModel_AgreesWithPyTorch(string name)
    {
        var folder = SharedFiles.Require($"models/{name}");
        using var file = OnnxModelFile.Load(Path.Combine(folder, "model.onnx"));
        using var reference = ReferenceFolder.Load(folder);

        var errors = ReferenceCheck.Compare(file, reference);

        Assert.All(errors, error => Assert.True(error.Passes, $"{error}"));
        Assert.All(reference.GradientFiles.Keys, key => Assert.Contains(errors, error => error.Name == $"gradient of {key}"));
        Assert.DoesNotContain(errors, error => error.Rule.Contains("one backward pass an example", StringComparison.Ordinal));
    }
}
