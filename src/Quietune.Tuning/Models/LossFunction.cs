using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Quietune.Tuning.Models;

/// <summary>The loss of one example, and the model's own law of labels that gives its curvature.</summary>
/// <remarks>Curvature from labels sampled from the model: Martens &amp; Grosse 2015, section 2.1; tempering: docs/derivations/curvature.md.</remarks>
public abstract class LossFunction
{
    /// <summary>−log softmax of the labelled class; outputs [R, classes], labels class numbers.</summary>
    public static LossFunction CrossEntropy { get; } = new CategoricalLoss();

    /// <summary>Binary cross-entropy on one logit; outputs [R] or [R, 1], labels 0 or 1.</summary>
    public static LossFunction Binary { get; } = new BernoulliLoss();

    /// <summary>Half the squared error; outputs [R] or [R, 1], labels real numbers.</summary>
    public static LossFunction Squared { get; } = new NormalLoss();

    /// <summary>Poisson negative log-likelihood of a log rate; outputs [R] or [R, 1], labels counts.</summary>
    public static LossFunction Poisson { get; } = new PoissonLoss();

    /// <summary>The name used in plans, certificates and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The loss named so.</summary>
    /// <exception cref="ArgumentException">No loss has this name.</exception>
    public static LossFunction Named(string name) =>
        new[] { CrossEntropy, Binary, Squared, Poisson }.FirstOrDefault(loss => loss.Name == name)
        ?? throw new ArgumentException($"Expected a loss of cross-entropy, binary, squared or poisson, got {name}.", nameof(name));

    /// <summary>The loss of each row, [R]; differentiable in the outputs.</summary>
    public abstract Tensor PerRow(Tensor outputs, Tensor labels);

    /// <summary>Labels [R] drawn from the model's own law with its outputs scaled by <paramref name="temperature"/>.</summary>
    /// <param name="outputs">The model's outputs.</param>
    /// <param name="temperature">Factor on the outputs: 1 is the model's law, 0 knows nothing.</param>
    /// <param name="uniform">Uniform numbers [R] in (0, 1) that decide the draw.</param>
    public abstract Tensor SampleLabels(Tensor outputs, double temperature, Tensor uniform);

    /// <summary>Mean divergence of the model's label law from that of <paramref name="reference"/>: KL(reference ‖ outputs), in nats.</summary>
    public abstract Tensor Divergence(Tensor reference, Tensor outputs);

    private sealed class CategoricalLoss : LossFunction
    {
        public override string Name => "cross-entropy";

        public override Tensor PerRow(Tensor outputs, Tensor labels) =>
            cross_entropy(outputs, labels.to_type(ScalarType.Int64), reduction: nn.Reduction.None);

        public override Tensor SampleLabels(Tensor outputs, double temperature, Tensor uniform) =>
            (softmax(outputs * temperature, -1).cumsum(-1) < uniform.unsqueeze(-1)).sum(-1).clamp_max(outputs.shape[^1] - 1);

        public override Tensor Divergence(Tensor reference, Tensor outputs)
        {
            var log = log_softmax(reference, -1);
            return (log.exp() * (log - log_softmax(outputs, -1))).sum(-1).mean();
        }
    }

    private sealed class BernoulliLoss : LossFunction
    {
        public override string Name => "binary";

        public override Tensor PerRow(Tensor outputs, Tensor labels) =>
            binary_cross_entropy_with_logits(outputs.reshape(labels.shape), labels.to_type(outputs.dtype), reduction: nn.Reduction.None);

        public override Tensor SampleLabels(Tensor outputs, double temperature, Tensor uniform) =>
            (uniform < (outputs.reshape(uniform.shape) * temperature).sigmoid()).to_type(outputs.dtype);

        public override Tensor Divergence(Tensor reference, Tensor outputs)
        {
            var p = reference.sigmoid();
            return ((p * (reference - outputs)) + softplus(outputs) - softplus(reference)).mean();
        }
    }

    private sealed class NormalLoss : LossFunction
    {
        public override string Name => "squared";

        public override Tensor PerRow(Tensor outputs, Tensor labels) => 0.5 * (outputs.reshape(labels.shape) - labels).square();

        public override Tensor SampleLabels(Tensor outputs, double temperature, Tensor uniform) =>
            outputs.reshape(uniform.shape) + (Math.Sqrt(2) * ((2 * uniform) - 1).erfinv());

        public override Tensor Divergence(Tensor reference, Tensor outputs) => 0.5 * (reference - outputs).square().mean();
    }

    private sealed class PoissonLoss : LossFunction
    {
        public override string Name => "poisson";

        public override Tensor PerRow(Tensor outputs, Tensor labels)
        {
            var log = outputs.reshape(labels.shape);
            return log.exp() - (labels * log);
        }

        // A normal of the same mean and variance, cut at zero: the curvature needs no more than the first two moments.
        public override Tensor SampleLabels(Tensor outputs, double temperature, Tensor uniform)
        {
            var rate = outputs.reshape(uniform.shape).exp();
            return (rate + (rate.sqrt() * Math.Sqrt(2) * ((2 * uniform) - 1).erfinv())).clamp_min(0);
        }

        public override Tensor Divergence(Tensor reference, Tensor outputs) =>
            ((reference.exp() * (reference - outputs)) + outputs.exp() - reference.exp()).mean();
    }
}
