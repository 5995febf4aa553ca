using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Cases;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Tuning;

/// <summary>Per-row gradients of graphs by factors, against one backward pass a row and against finite differences.</summary>
public sealed class OnnxModelTests
{
    private static readonly Dictionary<string, TunableCase> Cases = TunableCases.All.ToDictionary(example => example.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    public static TheoryData<string> RuntimeNames => [.. Cases.Values.Where(example => example.InRuntime).Select(example => example.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Factors_OfEveryRow_AreThoseOfOneBackwardPassARow(string name)
    {
        using var scope = NewDisposeScope();
        using var quick = Tuned.Of(Cases[name]);
        using var slow = Tuned.Of(Cases[name], slow: true);
        Assert.Equal(Cases[name].RowByRow, !quick.Model.IsBatched);
        Assert.Equal(Words(Cases[name].Slow), quick.Model.Blocks.Where(block => block.Rule.StartsWith("one backward pass", StringComparison.Ordinal)).Select(block => block.Name).Order());
        Assert.Equal(Words(Cases[name].Joined), quick.Model.Blocks.Select(quick.Model.BiasNameOf).OfType<string>().Order());
        foreach (var rows in new long[] { 3, 1 })
        {
            var inputs = quick.Inputs.Select(input => input.narrow(0, 0, rows)).ToList();
            using var found = UnitGradients.Of(quick.Model, inputs, Tuned.Loss);
            using var expected = UnitGradients.Of(slow.Model, inputs, Tuned.Loss);
            var all = Tuned.ByInitializer(slow, expected);
            foreach (var (initializer, gradients) in Tuned.ByInitializer(quick, found))
            {
                Assert.True(all[initializer].norm().item<double>() > 1e-6, $"{initializer}: the reference is zero: nothing is compared");
                Close.Equal(all[initializer], gradients, 1e-4, $"{name}, {rows} rows: '{initializer}'");
            }

            var squares = zeros([rows], ScalarType.Float64);
            foreach (var gradients in all.Values)
            {
                squares += gradients.flatten(1).square().sum(1);
            }

            using var geometry = new IdentityGeometry(quick.Model.Blocks);
            using var deferred = UnitGradients.Deferred(quick.Model, inputs, Tuned.Loss);
            Close.Equal(squares.sqrt(), geometry.SquaredNorms(deferred).sqrt().to_type(ScalarType.Float64), 1e-4, $"{name}, {rows} rows: norms of deferred factors");
            Close.Equal(squares.sqrt(), geometry.SquaredNorms(found).sqrt().to_type(ScalarType.Float64), 1e-4, $"{name}, {rows} rows: norms");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Factors_AlongADirection_AreThoseOfFiniteDifferences(string name)
    {
        using var scope = NewDisposeScope();
        using var tuned = Tuned.Of(Cases[name], real: ScalarType.Float64);
        using var gradients = UnitGradients.Of(tuned.Model, tuned.Inputs, Tuned.Loss);
        var numbers = new RandomNumbers(11);
        foreach (var (initializer, rows) in Tuned.ByInitializer(tuned, gradients))
        {
            const double Step = 1e-5;
            var parameter = tuned.Model.Parameters[initializer];
            var direction = numbers.Normal(parameter.shape);
            var origin = parameter.detach().clone();
            var above = Losses(Step);
            var below = Losses(-Step);
            _ = Losses(0);
            Close.Equal((above - below) / (2 * Step), (rows * direction).flatten(1).sum(1), 2e-4, $"{name}: '{initializer}'");

            Tensor Losses(double step)
            {
                using var quiet = no_grad();
                parameter.copy_(origin + (direction * step));
                return Tuned.Loss(tuned.Outputs());
            }
        }
    }

    [Theory]
    [MemberData(nameof(RuntimeNames))]
    public void Forward_Rows_GivesOnnxRuntimesOutputs(string name)
    {
        using var scope = NewDisposeScope();
        using var tuned = Tuned.Of(Cases[name]);
        Close.Equal(Runtime.Run(tuned.Bytes, tuned.Builder.Inputs)[0], tuned.Model.Forward(tuned.Inputs), 3e-5, name);
    }

    private static IEnumerable<string> Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order();
}
