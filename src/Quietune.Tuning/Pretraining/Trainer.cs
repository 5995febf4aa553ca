using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Pretraining;

/// <summary>Plain training without privacy: for pretraining on public data, and for the non-private reference of an experiment.</summary>
public static class Trainer
{
    /// <summary>Trains a module in place with Adam (Kingma &amp; Ba 2015) and a learning rate that falls along a half cosine.</summary>
    /// <param name="module">From one input to one output.</param>
    /// <param name="loss">What to lower.</param>
    /// <param name="examples">Held in memory; shuffled each epoch.</param>
    /// <param name="epochs">Passes over the examples.</param>
    /// <param name="learningRate">The first learning rate.</param>
    /// <param name="batchSize">Rows a step.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public static void Train(
        nn.Module<Tensor, Tensor> module,
        LossFunction loss,
        InMemoryExamples examples,
        int epochs,
        double learningRate = 2e-3,
        int batchSize = 128,
        ulong seed = 0,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        module.train();
        using var optimizer = optim.Adam(module.parameters(), learningRate);
        var steps = epochs * ((examples.Count + batchSize - 1) / batchSize);
        var step = 0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var batch in examples.Shuffled(seed + (ulong)epoch).Read(batchSize, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = learningRate * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
                }

                var tensors = TensorBatch.Of(batch, examples.InputShapes);
                optimizer.zero_grad();
                loss.PerRow(module.call(tensors.Inputs[0]), tensors.Labels).mean().backward();
                optimizer.step();
                progress?.Report((double)++step / steps);
            }
        }

        module.eval();
    }
}
