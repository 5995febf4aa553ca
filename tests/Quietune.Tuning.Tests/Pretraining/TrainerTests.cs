using Quietune.Data.Generated;
using Quietune.Tuning.Models;
using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Pretraining;

/// <summary>Plain training works, so that there is something to tune.</summary>
public sealed class TrainerTests
{
    [Fact]
    public void Train_OnGeneratedDigits_NamesNineInTenUnseenOnes()
    {
        var module = Filled.Parameters(Sequential(Flatten(), Linear(784, 64), ReLU(), Linear(64, 10)), scale: 0.05);
        using var model = new ModuleModel(module);
        var unseen = GeneratedDigits.Create(600, 2);
        Assert.InRange(Accuracy.Of(model, unseen), 0, 0.4);
        var shares = new List<double>();
        Trainer.Train(module, LossFunction.CrossEntropy, GeneratedDigits.Create(3000, 1), epochs: 6, batchSize: 64, progress: new Told(shares));
        Assert.InRange(Accuracy.Of(model, unseen), 0.9, 1);
        Assert.False(module.training);
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameParametersAndAnotherDoesNot()
    {
        using var scope = NewDisposeScope();
        Tensor Trained(ulong seed)
        {
            var module = Filled.Parameters(Sequential(Flatten(), Linear(784, 4), ReLU(), Linear(4, 10)), scale: 0.05);
            Trainer.Train(module, LossFunction.CrossEntropy, GeneratedDigits.Create(64, 1), epochs: 2, batchSize: 16, seed: seed);
            using var model = new ModuleModel(module);
            return PerExampleLoop.Flat(model.Capture());
        }

        var first = Trained(3);
        Assert.True(first.equal(Trained(3)).all().item<bool>());
        Assert.False(first.equal(Trained(4)).all().item<bool>());
    }

    [Fact]
    public void DigitCnn_HasTheSizeOfThePapers()
    {
        using var module = Networks.DigitCnn(1);
        Assert.Equal(26_010, module.parameters().Sum(parameter => parameter.numel()));
        using var scope = NewDisposeScope();
        Assert.Equal([3, 10], module.call(zeros(3, 1, 28, 28)).shape);
    }

    private sealed class Told(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }
}
