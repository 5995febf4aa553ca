using Quietune.Tuning.Gradients.Rules;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Gradients;

/// <summary>A convolution with a basis as its filters rotates every patch.</summary>
public sealed class ConvolutionUseTests
{
    public static TheoryData<string> Convolutions => [.. LayerCases.Names.Select(row => row.Data).Where(name => LayerCases.Get(name).Rule == "convolution")];

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Convolved_ByAnyMatrix_IsTheGradientTimesIt(string name)
    {
        using var scope = NewDisposeScope();
        var layer = LayerCases.Get(name);
        using var model = new ModuleModel(layer.Module());
        var record = model.Record([layer.Input(3)]);
        var uses = record.Uses.OfType<ConvolutionUse>().ToList();
        var gradients = autograd.grad([PerExampleLoop.Loss(record.Output).sum()], [.. uses.Select(use => use.Output)]);
        Assert.NotEmpty(uses);
        foreach (var (use, gradient) in uses.Zip(gradients))
        {
            using var quiet = no_grad();
            var block = use.Block;
            var matrix = Filled.Normal(5, block.Groups, block.Inputs, 4);
            var b = gradient.reshape(3, block.Groups, block.Outputs, -1);
            var product = b.matmul(use.Convolved(matrix).reshape(3, block.Groups, 4, -1).transpose(-1, -2));
            PerExampleLoop.AssertClose(use.ToFactors(gradient).ToExplicit().Gradients.matmul(matrix), product, 1e-5);
        }
    }
}
