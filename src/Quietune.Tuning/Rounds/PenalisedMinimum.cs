using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>The minimum of Σ ℓ + (Λ/2)‖θ − θ₀‖² over a linear layer, as the sum −Λ·(θ* − θ₀), which one row moves by at most the clip norm.</summary>
/// <remarks>
/// Rows are shortened until no gradient of theirs is longer than L, so that a row moves θ* by L/Λ; the minimum is found to within a gradient of τ, which
/// can move it by τ/Λ in each of two neighbouring worlds: L + 2τ = C (docs/derivations/linear-models.md, "Output perturbation"). Holds all rows in memory.
/// Source: Chaudhuri, Monteleoni &amp; Sarwate 2011, corollary 8; Wu et al. 2017 for normal noise and inexact minima.
/// </remarks>
internal static class PenalisedMinimum
{
    /// <summary>τ over C.</summary>
    public const double Tolerance = 0.01;

    private const int Memory = 10;
    private const double SufficientDecrease = 1e-4;

    /// <summary>Finds it.</summary>
    /// <param name="model">One linear layer, at θ₀.</param>
    /// <param name="loss">Cross-entropy or binary: convex, with bounded slope.</param>
    /// <param name="rows">The private rows, each a unit.</param>
    /// <param name="clipNorm">C.</param>
    /// <param name="penalty">Λ &gt; 0.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <param name="perturbation">b, added to the objective as ⟨b, θ⟩, [groups, out, in], float64; null for none. The minimum is then found the more exactly: <see cref="ObjectivePerturbation.Tolerance"/>.</param>
    /// <exception cref="ArgumentException">The loss has no bounded slope, units have several rows, or the model is no linear layer.</exception>
    public static Sensitive<Tensor> Sum(
        TunableModel model, LossFunction loss, IExampleSource rows, double clipNorm, double penalty, CancellationToken cancellationToken, Tensor? perturbation = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(penalty);
        using var scope = NewDisposeScope();
        var block = InputMoments.BlockOf(model);
        var (inputs, labels) = Load(block, rows, (1 - (2 * Tolerance)) * clipNorm / SlopeOf(loss), cancellationToken);
        var origin = block.ToMatrix(block.Weight.detach(), block.Bias?.detach())[0].to_type(ScalarType.Float64);
        var noise = perturbation?.reshape(origin.shape) ?? zeros_like(origin);
        var tolerance = perturbation is null ? Tolerance : ObjectivePerturbation.Tolerance;
        var change = Minimise(weights => Evaluate(loss, inputs, labels, origin, weights, penalty, noise), zeros_like(origin), tolerance * clipNorm, cancellationToken);
        return new((change * -penalty).flatten().MoveToOuterDisposeScope());
    }

    /// <summary>The largest ‖∂ℓ/∂outputs‖: of p − y for a law p and a class y it is √2, of one probability 1.</summary>
    internal static double SlopeOf(LossFunction loss) =>
        loss == LossFunction.CrossEntropy ? Math.BitIncrement(Math.Sqrt(2))
        : loss == LossFunction.Binary ? 1
        : throw new ArgumentException($"Expected a loss of bounded slope, cross-entropy or binary, got {loss.Name}.", nameof(loss));

    private static (Tensor Inputs, Tensor Labels) Load(ParameterBlock block, IExampleSource rows, double longest, CancellationToken cancellationToken)
    {
        var inputs = new List<Tensor>();
        var labels = new List<Tensor>();
        foreach (var batch in rows.Read(Tuner.BatchSize, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tensors = TensorBatch.Of(batch, rows.InputShapes);
            if (tensors.Units is not null)
            {
                throw new ArgumentException("Expected each row to be a unit of its own for output or objective perturbation, got units of several rows.", nameof(rows));
            }

            var x = InputMoments.WithConstant(block, tensors.Inputs[0]).to_type(ScalarType.Float64);
            x = x * (longest / x.norm(1, keepdim: true)).clamp_max(1);
            inputs.Add(where(x.isfinite().all(1, keepdim: true), x, zeros_like(x)));
            labels.Add(tensors.Labels);
        }

        return (inputs.Count > 0 ? cat(inputs) : zeros([0, block.Inputs], dtype: ScalarType.Float64), labels.Count > 0 ? cat(labels) : zeros([0]));
    }

    private static (double Value, Tensor Gradient) Evaluate(LossFunction loss, Tensor inputs, Tensor labels, Tensor origin, Tensor change, double penalty, Tensor noise)
    {
        using var scope = NewDisposeScope();
        var value = (0.5 * penalty * change.square().sum().item<double>()) + (noise * change).sum().item<double>();
        var gradient = (change * penalty) + noise;
        if (inputs.shape[0] > 0)
        {
            using var tracking = enable_grad();
            var outputs = inputs.matmul((origin + change).t()).detach().requires_grad_();
            var losses = loss.PerRow(outputs, labels).sum();
            var slopes = autograd.grad([losses], [outputs])[0];
            value += losses.item<double>();
            gradient = gradient + slopes.t().matmul(inputs);
        }

        return (value, gradient.detach().MoveToOuterDisposeScope());
    }

    /// <summary>Limited-memory quasi-Newton steps until the gradient is short: a strongly convex function always gets there.</summary>
    /// <remarks>Source: Nocedal &amp; Wright 2006, algorithms 7.4 and 3.1. Curvature pairs are positive because of the penalty.</remarks>
    private static Tensor Minimise(Func<Tensor, (double Value, Tensor Gradient)> function, Tensor start, double tolerance, CancellationToken cancellationToken)
    {
        var pairs = new List<(Tensor Step, Tensor Change, double Product)>();
        var point = start;
        var (value, gradient) = function(point);
        while (gradient.norm().item<double>() > tolerance)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var direction = Direction(pairs, gradient);
            var slope = (direction * gradient).sum().item<double>();
            var length = pairs.Count == 0 ? Math.Min(1, 1 / gradient.norm().item<double>()) : 1.0;
            var next = point + (direction * length);
            var (nextValue, nextGradient) = function(next);
            while (!(nextValue <= value + (SufficientDecrease * length * slope)) && length > 1e-12)
            {
                length /= 2;
                next = point + (direction * length);
                (nextValue, nextGradient) = function(next);
            }

            var (step, change) = (next - point, nextGradient - gradient);
            pairs.Add((step, change, (step * change).sum().item<double>()));
            if (pairs.Count > Memory)
            {
                pairs.RemoveAt(0);
            }

            (point, value, gradient) = (next, nextValue, nextGradient);
        }

        return point;
    }

    private static Tensor Direction(List<(Tensor Step, Tensor Change, double Product)> pairs, Tensor gradient)
    {
        var direction = -gradient;
        var factors = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            factors[i] = (pairs[i].Step * direction).sum().item<double>() / pairs[i].Product;
            direction = direction - (pairs[i].Change * factors[i]);
        }

        direction = pairs.Count == 0 ? direction : direction * (pairs[^1].Product / pairs[^1].Change.square().sum().item<double>());
        for (var i = 0; i < pairs.Count; i++)
        {
            direction = direction + (pairs[i].Step * (factors[i] - ((pairs[i].Change * direction).sum().item<double>() / pairs[i].Product)));
        }

        return direction;
    }
}
