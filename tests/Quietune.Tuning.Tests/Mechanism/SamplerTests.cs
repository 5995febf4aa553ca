using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Mechanism;

/// <summary>The tuned parameters are drawn from N(θ₀ − A⁻¹ḡ, (βNA)⁻¹): pass, release, division, lift and step, against dense matrices.</summary>
/// <remarks>
/// Power at level 1e-6, with 2,000 draws of 31 parameters: the sum of squares has 62,000 degrees of freedom, so that noise of 2/3 or 3/2 the
/// scale moves it by 98 and 220 standard deviations, and a scale off by a twentieth by 17.
/// </remarks>
public sealed class SamplerTests
{
    private const int Draws = 2000;
    private const double Mu = 0.8;
    private const long NominalSize = 25;

    [Theory]
    [InlineData(Adjacency.AddRemove)]
    [InlineData(Adjacency.ReplaceOne)]
    [InlineData(Adjacency.ZeroOut)]
    public void Tune_ManyDraws_HaveTheLawOfTheDerivation(Adjacency adjacency) =>
        Assert.InRange(PValue(adjacency, adjacency), NormalLaw.Level, 1);

    [Theory]
    [InlineData(2 / 3.0)]
    [InlineData(3 / 2.0)]
    public void Tune_NoiseOfTheWrongScale_IsRejected(double factor) =>
        Assert.InRange(PValue(Adjacency.AddRemove, Adjacency.AddRemove, noise: factor), 0, NormalLaw.Level);

    [Fact]
    public void Tune_NoiseOfTheOtherAdjacency_IsRejected() =>
        Assert.InRange(PValue(Adjacency.AddRemove, Adjacency.ReplaceOne), 0, NormalLaw.Level);

    [Fact]
    public void Tune_MeanOffByATenth_IsRejected() =>
        Assert.InRange(PValue(Adjacency.AddRemove, Adjacency.AddRemove, clip: 1.1), 0, NormalLaw.Level);

    [Fact]
    public void Tune_NoiseWithoutTheMetric_IsRejected() =>
        Assert.InRange(PValue(Adjacency.AddRemove, Adjacency.AddRemove, metric: a => a.diagonal().mean() * eye(a.shape[0], dtype: ScalarType.Float64)), 0, NormalLaw.Level);

    private static double PValue(Adjacency drawn, Adjacency expected, double noise = 1, double clip = 1, Func<Tensor, Tensor>? metric = null)
    {
        using var problem = new SmallProblem();
        using var scope = NewDisposeScope();
        var rows = SmallProblem.Rows(40, seed: 9);
        var gradients = problem.Gradients(rows);
        var a = problem.Metric;
        var norms = (gradients.matmul(linalg.inv(a)) * gradients).sum(1).sqrt();
        var clipNorm = norms.median().item<double>();

        // θ₀ − A⁻¹ḡ, and the precision βNA with β = Nμ²/C², or a quarter of it where a unit is replaced.
        var mean = linalg.inv(a).matmul((gradients * (clipNorm / norms).clamp_max(1).unsqueeze(1)).sum([0])) / -NominalSize;
        var beta = NominalSize * Mu * Mu / (clipNorm * clipNorm) / (expected == Adjacency.ReplaceOne ? 4 : 1);
        var root = linalg.cholesky((metric?.Invoke(a) ?? a) * (beta * NominalSize));

        var sum = problem.Sum(rows, clipNorm * clip);
        var plan = SmallProblem.Plan(Mu, clipNorm, NominalSize, drawn);
        var source = new ScaledNoise(new SeededNoise(3), noise);
        var origin = PerExampleLoop.Flat(problem.Expansion.Origin);
        var draws = zeros([Draws, a.shape[0]], dtype: ScalarType.Float64);
        for (var i = 0; i < Draws; i++)
        {
            using var draw = NewDisposeScope();
            Tuner.Tune(problem.Expansion, problem.Geometry, plan, _ => new Sensitive<Tensor>(sum.clone()), source, null);
            draws[i] = PerExampleLoop.Flat(problem.Model.Capture()) - origin;
        }

        return NormalLaw.PValue((draws - mean).matmul(root));
    }
}
