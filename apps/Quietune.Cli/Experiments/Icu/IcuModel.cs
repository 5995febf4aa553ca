using Quietune.Data;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Pretraining;
using static TorchSharp.torch;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>A risk model with one logit, pretrained on public rows; its penalty or its epochs are chosen on public rows.</summary>
internal sealed class IcuModel : IDisposable
{
    /// <summary>The linear kind.</summary>
    public const string Logistic = "logistic";

    /// <summary>The kinds of model.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Logistic, "mlp", "gru"];

    private const int Width = 32;
    private const double HeldOutShare = 0.2;
    private static readonly int[] Epochs = [1, 2, 4, 8, 16];
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly string kind;

    private IcuModel(string kind, nn.Module<Tensor, Tensor> network, InMemoryExamples publicRows)
    {
        Reliability = TableScenarios.ReliabilityOf(publicRows);
        this.kind = kind;
        this.network = network;
        Model = new ModuleModel(network);
        Expansion = new(Model, LossFunction.Binary, publicRows);
    }

    /// <summary>The network as a tunable model; owned here.</summary>
    public TunableModel Model { get; }

    /// <summary>What public data says of it; owned here.</summary>
    public PublicExpansion Expansion { get; }

    /// <summary>How far the model can be trusted, by public rows alone: see <see cref="TableScenarios.ReliabilityOf"/>.</summary>
    public double Reliability { get; }

    /// <summary>Whether a kind reads the grid of hours instead of the table of features.</summary>
    public static bool ReadsGrid(string kind) => kind == "gru";

    /// <summary>Pretrains a model.</summary>
    public static IcuModel Pretrain(string kind, InMemoryExamples publicRows, IProgress<double> progress, CancellationToken cancellationToken)
    {
        if (kind == Logistic)
        {
            var layer = Networks.Perceptron(seed: 1, publicRows.ExampleLength, 1);
            var penalty = LogisticRegression.ChoosePenalty(publicRows, cancellationToken: cancellationToken);
            LogisticRegression.Fit(layer, publicRows, penalty);
            return new(kind, layer, publicRows);
        }

        nn.Module<Tensor, Tensor> Fresh() => kind == "mlp"
            ? Networks.Perceptron(seed: 1, publicRows.ExampleLength, Width, 1)
            : Networks.GatedRecurrent(seed: 1, publicRows.Shape[1], Width, 1);
        var epochs = ChooseEpochs(Fresh, publicRows, progress, cancellationToken);
        var trained = Fresh();
        Trainer.Train(trained, LossFunction.Binary, publicRows, epochs, cancellationToken: cancellationToken);
        return new(kind, trained, publicRows);
    }

    /// <summary>Probabilities on rows declared public, after fine-tuning on the private rows without privacy: the mark that no private method passes by much.</summary>
    public double[] NonPrivate(InMemoryExamples privateRows, InMemoryExamples test, IProgress<double> progress, CancellationToken cancellationToken)
    {
        Model.Move(Expansion.Origin);
        try
        {
            if (kind == Logistic)
            {
                var center = network.parameters().SelectMany(parameter => parameter.flatten().to_type(ScalarType.Float64).data<double>().ToArray()).ToArray();
                LogisticRegression.Fit(network, privateRows, LogisticRegression.ChoosePenalty(privateRows, center, cancellationToken), center);
            }
            else
            {
                nn.Module<Tensor, Tensor> Restarted()
                {
                    Model.Move(Expansion.Origin);
                    return network;
                }

                var epochs = ChooseEpochs(Restarted, privateRows, progress, cancellationToken);
                Trainer.Train(Restarted(), LossFunction.Binary, privateRows, epochs, learningRate: 1e-3, cancellationToken: cancellationToken);
            }

            return Predictions.Probabilities(Model, test);
        }
        finally
        {
            network.eval();
            Model.Move(Expansion.Origin);
        }
    }

    /// <summary>Probabilities of the pretrained model.</summary>
    public double[] Pretrained(InMemoryExamples rows)
    {
        Model.Move(Expansion.Origin);
        return Predictions.Probabilities(Model, rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Expansion.Dispose();
        Model.Dispose();
    }

    // Early stopping as a choice among whole schedules: each falls to a learning rate of zero.
    private static int ChooseEpochs(Func<nn.Module<Tensor, Tensor>> fresh, InMemoryExamples rows, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var held = (int)(rows.Count * HeldOutShare);
        var (learning, judging) = (rows.Slice(held, rows.Count - held), rows.Slice(0, held));
        var losses = new List<double>();
        foreach (var epochs in Epochs)
        {
            var trained = fresh();
            Trainer.Train(trained, LossFunction.Binary, learning, epochs, cancellationToken: cancellationToken);
            losses.Add(Loss(trained, judging));
            progress.Report((double)losses.Count / (Epochs.Length + 1));
        }

        return Epochs[losses.IndexOf(losses.Min())];
    }

    private static double Loss(nn.Module<Tensor, Tensor> trained, InMemoryExamples rows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var inputs = tensor(rows.Features, [rows.Count, .. rows.Shape.Select(size => (long)size)]);
        return LossFunction.Binary.PerRow(trained.call(inputs), tensor(rows.Labels)).mean().item<float>();
    }
}
