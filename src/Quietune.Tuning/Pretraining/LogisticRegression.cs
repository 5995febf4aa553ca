using Quietune.Data;
using Quietune.Tuning.Evaluation;
using static TorchSharp.torch;

namespace Quietune.Tuning.Pretraining;

/// <summary>Penalised logistic regression on rows without privacy, by Newton's method: exact, and the same every time.</summary>
/// <remarks>Source: le Cessie &amp; van Houwelingen 1992, ridge estimators in logistic regression; the intercept is not penalised.</remarks>
public static class LogisticRegression
{
    /// <summary>The penalties that <see cref="ChoosePenalty"/> compares.</summary>
    public static IReadOnlyList<double> Penalties { get; } = [0.003, 0.01, 0.03, 0.1, 0.3, 1];

    private const int Folds = 5;
    private const int MostSteps = 25;
    private const double InterceptPenalty = 1e-6;

    /// <summary>Fits a single linear layer with one output, in place.</summary>
    /// <param name="layer">A module whose only parameters are one weight [1, n] and one bias [1].</param>
    /// <param name="rows">One flat input of n numbers; labels 0 or 1.</param>
    /// <param name="penalty">Half this times the squared distance of the weights from <paramref name="center"/> is added to the mean loss.</param>
    /// <param name="center">Weights, then the bias, [n + 1], towards which the fit is drawn; null for zero.</param>
    public static void Fit(nn.Module<Tensor, Tensor> layer, InMemoryExamples rows, double penalty, IReadOnlyList<double>? center = null)
    {
        var solution = Solve(rows, penalty, center);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var parameters = layer.parameters().ToArray();
        parameters[0].copy_(tensor(solution[..^1]).reshape(1, -1));
        parameters[1].copy_(tensor(solution[^1..]));
    }

    /// <summary>The penalty with the best mean log loss on the held-out parts of a five-fold cross-validation.</summary>
    /// <param name="rows">Rows in random order.</param>
    /// <param name="center">Towards which fits are drawn; null for zero.</param>
    /// <param name="cancellationToken">Stops between fits.</param>
    public static double ChoosePenalty(InMemoryExamples rows, IReadOnlyList<double>? center = null, CancellationToken cancellationToken = default)
    {
        double Loss(double penalty) => Enumerable.Range(0, Folds).Sum(fold =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var order = Enumerable.Range(0, rows.Count).ToList();
            var held = rows.Select([.. order.Where(row => row % Folds == fold)]);
            var fitted = Solve(rows.Select([.. order.Where(row => row % Folds != fold)]), penalty, center);
            return held.Count * ProbabilityMetrics.LogLoss(ScoredRows.Of(Probabilities(held, fitted), held.Labels));
        });

        return Penalties.MinBy(Loss);
    }

    /// <summary>The weights, then the bias, [n + 1].</summary>
    internal static double[] Solve(InMemoryExamples rows, double penalty, IReadOnlyList<double>? center)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var inputs = Inputs(rows);
        var labels = tensor(rows.Labels).to_type(ScalarType.Float64);
        var pull = ones([inputs.shape[1]], dtype: ScalarType.Float64) * penalty;
        pull[-1] = tensor(InterceptPenalty, dtype: ScalarType.Float64);
        var target = center is null ? zeros_like(pull) : tensor(center.ToArray());
        var weights = target.clone();
        for (var step = 0; step < MostSteps; step++)
        {
            using var inner = NewDisposeScope();
            var probabilities = inputs.matmul(weights).sigmoid();
            var gradient = inputs.t().matmul(probabilities - labels).div_(rows.Count) + (pull * (weights - target));
            var spread = probabilities * (1 - probabilities);
            var curvature = inputs.t().matmul(inputs * spread.unsqueeze(1)).div_(rows.Count) + pull.diag();
            var change = linalg.solve(curvature, gradient);
            weights.sub_(change);
            if (change.abs().max().item<double>() < 1e-9)
            {
                break;
            }
        }

        return weights.data<double>().ToArray();
    }

    private static double[] Probabilities(InMemoryExamples rows, double[] weights)
    {
        using var scope = NewDisposeScope();
        return Inputs(rows).matmul(tensor(weights)).sigmoid().data<double>().ToArray();
    }

    private static Tensor Inputs(InMemoryExamples rows) =>
        cat([tensor(rows.Features, [rows.Count, rows.ExampleLength]).to_type(ScalarType.Float64), ones([rows.Count, 1], dtype: ScalarType.Float64)], 1);
}
