using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>A⁻¹ = I ⊗ AᵀA for each block, A the rows that a lift of its first row of B shows.</summary>
public sealed class LowRankGeometryTests : GeometryContract
{
    private const long Rank = 2;

    protected override (IGeometry Geometry, Tensor InverseMetric) Make(TunableModel model, Tensor publicInputs)
    {
        var geometry = new LowRankGeometry(model.Blocks, Rank, 3);
        var parts = new List<Tensor>();
        long start = 0;
        for (var i = 0; i < model.Blocks.Count; i++)
        {
            var block = model.Blocks[i];
            var rank = Math.Min(Rank, block.Inputs);
            for (var group = 0; group < block.Groups; group++)
            {
                var adapter = stack([.. Enumerable.Range(0, (int)rank).Select(r => geometry.Lift(functional.one_hot(tensor(start + r), geometry.Dimension).to_type(ScalarType.Float32)).Matrices[i][group][0])]).to_type(ScalarType.Float64);
                var metric = kron(eye(block.Outputs, dtype: ScalarType.Float64), adapter.transpose(0, 1).matmul(adapter));
                Assert.Equal(rank, metric.trace().item<double>() / block.Outputs, 1e-4);
                parts.Add(metric);
                start += block.Outputs * rank;
            }
        }

        return (geometry, block_diag([.. parts]));
    }

    [Fact]
    public void WeightedSum_IsTheGradientOfAnAdapterBesideTheLayer()
    {
        // y = x(W + BA)ᵀ with B = 0: differentiate with respect to B itself.
        using var scope = NewDisposeScope();
        using var layer = Linear(6, 4, hasBias: false);
        using var model = new ModuleModel(layer);
        using var geometry = new LowRankGeometry(model.Blocks, 3, 1);
        var input = Models.Filled.Normal(2, 5, 6);
        var adapter = stack([.. Enumerable.Range(0, 3).Select(r => geometry.Lift(eye(12)[r]).Matrices[0][0][0])]);
        using var b = zeros([4, 3], requires_grad: true);
        using (enable_grad())
        {
            var loss = PerExampleLoop.Loss(functional.linear(input, layer.weight!.detach() + b.matmul(adapter))).sum();
            loss.backward();
        }

        var sum = geometry.WeightedSum(Tuning.Gradients.UnitGradients.Of(model, [input], PerExampleLoop.Loss), ones(5));
        PerExampleLoop.AssertClose(b.grad!.flatten(), sum, 1e-5);
    }
}
