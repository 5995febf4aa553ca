using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Tests.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Geometry;

/// <summary>A Kronecker curvature written out as one matrix.</summary>
internal static class DenseCurvature
{
    /// <summary>The curvature of the reference loss on public inputs.</summary>
    public static KroneckerCurvature Measure(TunableModel model, Tensor publicInputs) =>
        KroneckerCurvature.Of(model, new SineLoss(), [[publicInputs]], 1, count => new float[count]);

    /// <summary>Σ λ·e·eᵀ over all coordinates, [d, d], float64, in the layout of <see cref="PerExampleLoop.Flat(ParameterDelta)"/>.</summary>
    public static Tensor Of(KroneckerCurvature curvature) => block_diag([.. curvature.Blocks.SelectMany(block =>
        Enumerable.Range(0, (int)block.Block.Groups).Select(group =>
        {
            var outBasis = block.OutBasis?[group].to_type(ScalarType.Float64) ?? eye(block.Block.Outputs, dtype: ScalarType.Float64);
            var inBasis = block.InBasis?[group].to_type(ScalarType.Float64) ?? eye(block.Block.Inputs, dtype: ScalarType.Float64);
            var vectors = kron(outBasis, inBasis);
            return vectors.matmul(block.Eigenvalues[group].flatten().to_type(ScalarType.Float64).diag()).matmul(vectors.transpose(0, 1));
        }))]);
}
