using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Planning.Forecasts;
using Quietune.Tuning.Pretraining;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Planning;

/// <summary>Forecasts against explicit algebra and against draws, where the loss is a quadratic and nothing is left out.</summary>
public sealed class ForecasterTests
{
    private const int Width = 4;
    private const int NominalSize = 400;
    private const double Mu = 0.005;

    [Theory]
    [InlineData("identity")]
    [InlineData("diagonal")]
    [InlineData("kronecker")]
    [InlineData("kronecker:2")]
    [InlineData("identity@bias")]
    public void Forecast_OfALinearModelWithSquaredLoss_IsWhatDrawsBring(string name)
    {
        using var setting = new Setting();
        var forecast = setting.Forecast(name);
        using var scope = NewDisposeScope();
        using var geometry = forecast.Candidate.Geometry.Build(setting.Expansion);

        // The same draw, by explicit rows: clip, average, add noise, step, measure the loss.
        var standIn = Rows(setting.Scenario.StandIn, setting.Model);
        var whiten = Matrix(geometry);
        var whitened = standIn.mm(whiten.t());
        var clipped = whitened * (forecast.ClipNorm / whitened.norm(1)).clamp_max(1).unsqueeze(1);
        var mean = clipped.mean([0]);
        Assert.Equal(mean.norm().item<double>(), forecast.Signal, 1e-4 * forecast.Signal);

        const int Draws = 20_000;
        var released = mean + (randn(Draws, geometry.Dimension, dtype: ScalarType.Float64, generator: new Generator(5)) * forecast.NoisePerCoordinate);
        var steps = released.mm(whiten) * -forecast.Step;
        var (inputs, errors) = setting.EvaluationErrors();
        var squares = inputs.t().mm(inputs) / errors.numel();
        var change = steps.mv(inputs.t().mv(errors) / errors.numel()) + (0.5 * (steps.mm(squares) * steps).sum(1));
        var benefit = -change.mean().item<double>();
        var error = change.std().item<double>() / Math.Sqrt(Draws);

        // The curvature is measured on other rows, with drawn labels: a few parts in a hundred.
        Assert.Equal(benefit, forecast.Benefit, (5 * error) + (0.06 * Math.Abs(forecast.Benefit)));
        Assert.True(forecast.Benefit > 0);

        // A forecast that forgot the noise, or counted it twice, would not pass.
        Assert.True(forecast.NoiseCost > 0.08 * forecast.Benefit, $"{forecast.NoiseCost} of {forecast.Benefit}");
    }

    [Theory]
    [InlineData("identity", 0.5)]
    [InlineData("kronecker:2", 0.005)]
    public void Forecast_StepThatIsTried_DoesWhatTheSameNoisyStepDoesByHand(string name, double mu)
    {
        using var setting = new Setting();
        var forecast = setting.Forecast(name, mu);
        using var scope = NewDisposeScope();
        using var geometry = forecast.Candidate.Geometry.Build(setting.Expansion);
        var whiten = Matrix(geometry);
        var whitened = Rows(setting.Scenario.StandIn, setting.Model).mm(whiten.t());
        var normal = new double[geometry.Dimension];
        new SeededNoise(1).FillNormal(normal);
        var released = (whitened * (forecast.ClipNorm / whitened.norm(1)).clamp_max(1).unsqueeze(1)).mean([0]) + (tensor(normal) * forecast.NoisePerCoordinate);
        var (inputs, errors) = setting.EvaluationErrors();
        double Decrease(double multiple)
        {
            var moved = errors - (inputs.mv(whiten.t().mv(released)) * multiple);
            return 0.5 * (errors.square().mean() - moved.square().mean()).item<double>();
        }

        var best = new[] { 1, 0.5, 0.25, 0.125 }.Select(share => share * forecast.Step).MaxBy(Decrease);
        Assert.Equal(best, forecast.TriedStep, 1e-12);
        Assert.Equal(Decrease(best), forecast.TriedDecrease, 1e-3 * Math.Abs(Decrease(best)));
        Assert.Equal(forecast.TriedDecrease, forecast.TriedGain);

        // The next candidate is measured from the pretrained parameters again.
        using var now = setting.Model.Capture();
        Assert.All(now.Matrices.Zip(setting.Expansion.Origin.Matrices), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void Forecast_WithAMeasure_TellsItsRise()
    {
        using var setting = new Setting();
        var bias = setting.Model.Blocks[0].Bias!;
        var forecast = setting.Forecast("identity@bias", 0.5, (_, _) => bias.sum().item<float>());
        Assert.NotEqual(0, forecast.TriedGain);

        // The mean label is 0.4, the pretrained bias is what it is: the step goes there.
        Assert.InRange(bias.sum().item<float>() + forecast.TriedGain, 0.1, 0.7);
    }

    [Fact]
    public void Forecast_Cancelled_Stops()
    {
        using var setting = new Setting();
        using var forecaster = new Forecaster(setting.Expansion, setting.Scenario.StandIn, [setting.Scenario], NominalSize, Mu, Adjacency.AddRemove);
        Assert.Throws<OperationCanceledException>(() => forecaster.Of(ForecastCandidate.Parse("identity", setting.Model.Blocks), new(canceled: true)));
    }

    [Fact]
    public void Forecast_ExcessAndTail_AreThoseOfTheMathematics()
    {
        using var setting = new Setting();
        var forecast = setting.Forecast("kronecker");
        var k = Width + 1;
        Assert.Equal(k, forecast.Dimension);

        // σ = C/μ, up to the allowance for rounding.
        var excess = k * forecast.ClipNorm * forecast.ClipNorm / (2.0 * NominalSize * NominalSize * Mu * Mu);
        Assert.InRange(forecast.Excess, excess, 1.02 * excess);
        var x = Math.Log(20);
        Assert.Equal((k + (2 * Math.Sqrt(k * x)) + (2 * x)) / k, forecast.ExcessTail / forecast.Excess, 1e-9);
        Assert.Equal(Math.Sqrt(k) * forecast.NoisePerCoordinate, forecast.TotalNoise, 1e-12);
        Assert.Equal(Math.Sqrt(2 * forecast.Excess), forecast.TotalNoise, 1e-9);
    }

    [Fact]
    public void Forecast_WithTheCurvatureAsMetric_HasKAsEffectiveDimension()
    {
        // H = E[x xᵀ] = I for standard normal inputs and a bias of 1, so the identity whitens it exactly.
        using var setting = new Setting();
        Assert.Equal(Width + 1, setting.Forecast("identity").EffectiveDimension, 0.35);
        Assert.Equal(1, setting.Forecast("identity@bias").EffectiveDimension, 0.15);
    }

    [Fact]
    public void Forecast_SmallerBudget_PromisesLess()
    {
        using var setting = new Setting();
        var forecasts = new[] { 0.5, 0.02, 0.005 }.Select(mu => setting.Forecast("identity", mu)).ToList();
        Assert.True(forecasts[0].Benefit > forecasts[1].Benefit && forecasts[1].Benefit > forecasts[2].Benefit);
    }

    [Theory]
    [InlineData(1, 2, 3, 0.1)]
    [InlineData(0.2, 0.5, 10, 0.3)]
    public void QuadraticStep_BestMultiple_IsTheTopOfTheBenefit(double slope, double curvature, double trace, double deviation)
    {
        var step = new QuadraticStep(slope, curvature, trace, deviation);
        var multiple = step.BestMultiple();
        var best = step.Benefit(multiple);
        Assert.Equal(slope * slope / (2 * (curvature + (trace * deviation * deviation))), best, 1e-12);
        Assert.All(new[] { 0, 0.9, 1.1, 2 }, factor => Assert.True(step.Benefit(factor * multiple) < best));
        Assert.Equal(0, (step with { Slope = -slope }).BestMultiple());

        // Within a radius the quadratic term is the radius, and the best step of a larger one is kept.
        var near = step.BestMultiple(best / 4);
        Assert.Equal(best / 4, near * near * (curvature + (trace * deviation * deviation)) / 2, 1e-12);
        Assert.Equal(multiple / 2, near, 1e-12);
        Assert.Equal(multiple, step.BestMultiple(2 * best));
    }

    [Fact]
    public void Usual_NamesNothingThatTheModelLacks()
    {
        using var setting = new Setting();
        var names = ForecastCandidate.Usual(setting.Model.Blocks).Select(candidate => candidate.Name).ToList();
        Assert.Equal(["identity", "diagonal", "kronecker", "kronecker@bias"], names);
    }

    [Theory]
    [InlineData("magic")]
    [InlineData("kronecker:0")]
    [InlineData("kronecker:6")]
    [InlineData("kronecker:x")]
    [InlineData("identity@tail")]
    [InlineData("gep")]
    public void Parse_Nonsense_IsRefused(string text)
    {
        using var setting = new Setting();
        Assert.Throws<ArgumentException>(() => ForecastCandidate.Parse(text, setting.Model.Blocks));
    }

    private static Tensor Matrix(IGeometry geometry)
    {
        // Wᵀ column by column, through the lift.
        var columns = Enumerable.Range(0, (int)geometry.Dimension).Select(i =>
        {
            var unit = zeros(geometry.Dimension);
            unit[i] = 1;
            return cat([.. geometry.Lift(unit).Matrices.Select(matrix => matrix.flatten())]);
        });
        return stack([.. columns]).to_type(ScalarType.Float64);
    }

    private static Tensor Rows(InMemoryExamples rows, TunableModel model)
    {
        var inputs = tensor(rows.Features, [rows.Count, Width]);
        var errors = model.Forward([inputs]).squeeze(1) - tensor(rows.Labels);
        return (cat([inputs, ones(rows.Count, 1)], 1) * errors.unsqueeze(1)).to_type(ScalarType.Float64);
    }

    private sealed class Setting : IDisposable
    {
        private readonly Module<Tensor, Tensor> network = Networks.Perceptron(seed: 1, Width, 1);
        private readonly InMemoryExamples publicRows = Table(4_000, seed: 1);

        public Setting()
        {
            Model = new ModuleModel(network);
            Expansion = new(Model, LossFunction.Squared, publicRows);
            Scenario = new("shifted", Table(NominalSize, seed: 2), Table(4_000, seed: 3));
        }

        public TunableModel Model { get; }

        public PublicExpansion Expansion { get; }

        public Scenario Scenario { get; }

        public Forecast Forecast(string name, double mu = Mu, Func<TunableModel, InMemoryExamples, double>? measure = null)
        {
            using var forecaster = new Forecaster(Expansion, publicRows, [Scenario], NominalSize, mu, Adjacency.AddRemove, measure);
            return forecaster.Of(ForecastCandidate.Parse(name, Model.Blocks));
        }

        public (Tensor Inputs, Tensor Errors) EvaluationErrors()
        {
            var rows = Scenario.Evaluation;
            var inputs = tensor(rows.Features, [rows.Count, Width]);
            var errors = Model.Forward([inputs]).squeeze(1) - tensor(rows.Labels);
            return (cat([inputs, ones(rows.Count, 1)], 1).to_type(ScalarType.Float64), errors.to_type(ScalarType.Float64));
        }

        public void Dispose()
        {
            Expansion.Dispose();
            Model.Dispose();
            network.Dispose();
        }

        private static InMemoryExamples Table(int count, int seed)
        {
            using var scope = NewDisposeScope();
            var generator = new Generator((ulong)seed);
            var inputs = randn(count, Width, generator: generator);
            var labels = inputs.mv(tensor([0.5f, -0.3f, 0.2f, 0.1f])) + 0.4 + (0.5 * randn(count, generator: generator));
            return new([Width], inputs.data<float>().ToArray(), labels.to_type(ScalarType.Float32).data<float>().ToArray());
        }
    }
}
