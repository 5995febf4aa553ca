using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Geometry;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Mechanism;

/// <summary>A network of 31 parameters and one logit, with public rows, a Kronecker geometry, and the same metric as a dense matrix.</summary>
/// <remarks>With one logit a row's gradient is (p − y)·∇z: its two labels pull in exactly opposite directions.</remarks>
internal sealed class SmallProblem : IDisposable
{
    public const double Damping = 0.1;
    private readonly Module<Tensor, Tensor> module = Filled.Parameters(Sequential(Linear(4, 5), Tanh(), Linear(5, 1)), scale: 0.7);
    private readonly DisposeScope scope = NewDisposeScope();

    public SmallProblem(long? dimension = null)
    {
        Model = new ModuleModel(module);
        Expansion = new PublicExpansion(Model, Loss, Rows(200, seed: 50));
        var curvature = Expansion.CurvatureAt(0.5);
        Geometry = KroneckerGeometry.Of(curvature, Damping, dimension);
        var dense = DenseCurvature.Of(curvature);
        Metric = dense + (Damping * dense.trace() / dense.shape[0] * eye(dense.shape[0], dtype: ScalarType.Float64));
    }

    public LossFunction Loss { get; } = LossFunction.Binary;

    public ModuleModel Model { get; }

    public PublicExpansion Expansion { get; }

    public KroneckerGeometry Geometry { get; }

    /// <summary>A = H + λI, [d, d], float64, whatever the geometry keeps of it.</summary>
    public Tensor Metric { get; }

    /// <summary>Rows of four features with labels 0 and 1.</summary>
    public static InMemoryExamples Rows(int count, ulong seed)
    {
        using var rows = NewDisposeScope();
        var features = Filled.Normal(seed, count, 4);
        var labels = features.sum(1).gt(Filled.Normal(seed + 1, count)).to_type(ScalarType.Float32);
        return new([4], features.flatten().data<float>().ToArray(), labels.data<float>().ToArray());
    }

    /// <summary>The same rows and one more.</summary>
    public static InMemoryExamples With(InMemoryExamples rows, float[] features, float label) =>
        new([4], [.. rows.Features, .. features], [.. rows.Labels, label]);

    /// <summary>s through the product's own pass.</summary>
    public Tensor Sum(IExampleSource rows, double clipNorm)
    {
        Model.Move(Expansion.Origin);
        return PrivatePass.ClippedSum(Model, Loss, Geometry, rows, clipNorm, 8).Open().to_type(ScalarType.Float32);
    }

    /// <summary>Every row's gradient by a backward pass of its own, [R, d], float64.</summary>
    public Tensor Gradients(InMemoryExamples rows)
    {
        Model.Move(Expansion.Origin);
        return cat([.. rows.Read(1).Select(row => PerExampleLoop.Gradients(
            module, Model, tensor(row.Inputs[0], [1, 4]), outputs => Loss.PerRow(outputs, tensor(row.Labels))))]).to_type(ScalarType.Float64);
    }

    /// <summary>A plan of one full step.</summary>
    public static TuningPlan Plan(double mu, double clipNorm, long nominalSize, Privacy.Budgets.Adjacency adjacency) => new()
    {
        Method = "test",
        Loss = "binary",
        Geometry = GeometryPlan.Kronecker(null, Damping, 0.5),
        ClipNorm = clipNorm,
        NominalSize = nominalSize,
        Adjacency = adjacency,
        Epsilon = 1,
        Delta = 1e-5,
        Mu = mu,
    };

    public void Dispose()
    {
        Geometry.Dispose();
        Expansion.Dispose();
        Model.Dispose();
        scope.Dispose();
    }
}
