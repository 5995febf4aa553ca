using Quietune.Data;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Pretraining;
using static TorchSharp.torch;

namespace Quietune.Cli.Experiments;

/// <summary>The small digit network, pretrained on public rows, with its public expansion.</summary>
internal sealed class DigitModel : IDisposable
{
    private const int PretrainingEpochs = 5;
    private const int ReferenceEpochs = 20;
    private const int PublicAloneChanges = 240;
    private readonly nn.Module<Tensor, Tensor> network;

    private DigitModel(nn.Module<Tensor, Tensor> network, InMemoryExamples publicRows)
    {
        this.network = network;
        Model = new ModuleModel(network);
        Expansion = new(Model, LossFunction.CrossEntropy, publicRows) { Change = PublicChanges.OfImages };
    }

    /// <summary>The network as a tunable model; owned here.</summary>
    public TunableModel Model { get; }

    /// <summary>What public data says of it; owned here.</summary>
    public PublicExpansion Expansion { get; }

    /// <summary>The network itself.</summary>
    public nn.Module<Tensor, Tensor> Network => network;

    /// <summary>Pretrains the network.</summary>
    public static DigitModel Pretrain(InMemoryExamples publicRows, ulong seed, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var digits = Networks.DigitCnn(seed);
        Trainer.Train(digits, LossFunction.CrossEntropy, publicRows, PretrainingEpochs, seed: seed, progress: progress, cancellationToken: cancellationToken);
        return new(digits, publicRows);
    }

    /// <summary>Accuracy on rows declared public, at the pretrained parameters.</summary>
    public double PretrainedAccuracy(IExampleSource rows)
    {
        Model.Move(Expansion.Origin);
        return Accuracy.Of(Model, rows);
    }

    /// <summary>Accuracy on <paramref name="test"/> after training on the private rows without privacy: the mark that no private method passes by much.</summary>
    public double NonPrivateAccuracy(InMemoryExamples privateRows, IExampleSource test, IProgress<double> progress, CancellationToken cancellationToken) =>
        AfterTraining(privateRows, test, progress, cancellationToken);

    /// <summary>Accuracy on <paramref name="test"/> after training on public rows under the changes from which directions are learned: what no private row is needed for.</summary>
    public double PublicAloneAccuracy(InMemoryExamples publicRows, IExampleSource test, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var each = Math.Max(1, publicRows.Count / PublicAloneChanges);
        var parts = Enumerable.Range(0, publicRows.Count / each).Select(i => PublicChanges.OfImages(publicRows.Slice(i * each, each), i)).ToList();
        var changed = publicRows.Slice(0, parts.Count * each).With([.. parts.SelectMany(part => part.Features)], [.. parts.SelectMany(part => part.Labels)]);
        return AfterTraining(changed.Shuffled(seed: 6), test, progress, cancellationToken);
    }

    private double AfterTraining(InMemoryExamples rows, IExampleSource test, IProgress<double> progress, CancellationToken cancellationToken)
    {
        Model.Move(Expansion.Origin);
        try
        {
            Trainer.Train(network, LossFunction.CrossEntropy, rows, ReferenceEpochs, learningRate: 1e-3, batchSize: 32, seed: 5, progress: progress, cancellationToken: cancellationToken);
            return Accuracy.Of(Model, test);
        }
        finally
        {
            network.eval();
            Model.Move(Expansion.Origin);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Expansion.Dispose();
        Model.Dispose();
    }
}
