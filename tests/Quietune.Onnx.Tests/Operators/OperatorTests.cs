using Quietune.Onnx.Execution;
using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Cases;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Operators;

/// <summary>Every operator against ONNX Runtime's outputs, and its gradients against finite differences.</summary>
public sealed class OperatorTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = AllCases.All.ToDictionary(example => example.ToString());

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    public static TheoryData<string> DifferentiableCaseNames => [.. Cases.Values.Where(example => example.HasGradient).Select(example => example.ToString())];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Run_EachOperator_AgreesWithOnnxRuntime(string name)
    {
        using var scope = NewDisposeScope();
        var example = Cases[name];
        var model = example.Model(ScalarType.Float32);
        using var file = ModelFiles.Load(model.ToArray());
        var ours = file.Graph.Run(model.Inputs);
        var theirs = Runtime.Run(model.ToArray(), model.Inputs);
        Assert.Equal(file.Graph.Outputs.Count, theirs.Count);
        for (var i = 0; i < theirs.Count; i++)
        {
            var output = file.Graph.Outputs[i].Name;
            Close.Equal(theirs[i], ours[output], example.Tolerance, $"{name}, output {output}");
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableCaseNames))]
    public void Run_EachOperator_HasTheGradientOfFiniteDifferences(string name)
    {
        using var scope = NewDisposeScope();
        var model = Cases[name].Model(ScalarType.Float64);
        using var file = ModelFiles.Load(model.ToArray());
        var variables = model.Inputs.Concat(model.Initializers.Where(pair => file.Initializers.ContainsKey(pair.Key)))
            .Where(pair => pair.Value.dtype == ScalarType.Float64).ToDictionary(pair => pair.Key, pair => pair.Value.clone().requires_grad_());
        var numbers = new RandomNumbers(3);
        var directions = new Dictionary<string, Tensor>();
        var total = Weighted();
        var gradients = autograd.grad([total], [.. variables.Values], allow_unused: true);
        foreach (var ((variable, value), gradient) in variables.Zip(gradients))
        {
            using var noGradient = no_grad();
            var direction = numbers.Normal(value.shape);
            const double Step = 1e-6;
            var original = value.clone();
            value.copy_(original + (direction * Step));
            var above = Weighted().item<double>();
            value.copy_(original - (direction * Step));
            var below = Weighted().item<double>();
            value.copy_(original);
            var expected = (above - below) / (2 * Step);
            var actual = gradient is null || gradient.IsInvalid ? 0 : (gradient * direction).sum().item<double>();
            Assert.True(Math.Abs(expected - actual) <= 1e-6 * Math.Max(1, Math.Abs(expected)), $"{name}: gradient along a direction of '{variable}': {actual}, finite difference {expected}");
        }

        Tensor Weighted()
        {
            var inputs = model.Inputs.ToDictionary(pair => pair.Key, pair => variables.GetValueOrDefault(pair.Key, pair.Value));
            var parameters = variables.Where(pair => file.Initializers.ContainsKey(pair.Key)).ToDictionary();
            var outputs = file.Graph.Run(inputs, parameters);
            var sum = zeros([], ScalarType.Float64);
            foreach (var output in file.Graph.Outputs.Select(output => output.Name).Where(output => outputs[output].is_floating_point()))
            {
                if (!directions.TryGetValue(output, out var weights))
                {
                    directions[output] = weights = numbers.Normal(outputs[output].shape);
                }

                sum += (outputs[output] * weights).sum();
            }

            return sum;
        }
    }

    [Fact]
    public void Cases_AllTogether_UseEverySupportedOperator()
    {
        using var scope = NewDisposeScope();
        var used = Cases.Values.SelectMany(example =>
        {
            using var file = ModelFiles.Load(example.Model(ScalarType.Float32).ToArray());
            return file.Graph.Nodes.Select(node => node.OperatorName).ToList();
        }).ToHashSet();
        Assert.Empty(OperatorTable.Names.Except(used));
    }
}
