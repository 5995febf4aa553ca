using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Mechanism;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using static TorchSharp.torch;

namespace Quietune.Tuning.Planning;

/// <summary>The stand-in rows of a scenario, with their gradients at the pretrained parameters kept where they fit in memory.</summary>
/// <remarks>Every candidate begins with the same pass over the same rows; only what is done with the gradients differs.</remarks>
internal sealed class StandIn(TunableModel model, LossFunction loss, ParameterDelta origin, Scenario scenario) : IDisposable
{
    private const int MostKeptRows = 2_000;
    private List<UnitGradients>? kept;

    public Scenario Scenario => scenario;

    /// <summary>The clipped sum of one round, through the kept gradients where it is the first.</summary>
    public Sensitive<Tensor> ClippedSum(int round, IGeometry geometry, double clipNorm, CancellationToken cancellationToken)
    {
        if (round > 0 || scenario.StandIn.Count > MostKeptRows)
        {
            return PrivatePass.ClippedSum(model, loss, geometry, scenario.StandIn, clipNorm, Tuner.BatchSize, cancellationToken);
        }

        // Zero times infinity is not zero: the pass knows how to leave out rows that are not finite.
        return FromKept(geometry, clipNorm) ?? PrivatePass.ClippedSum(model, loss, geometry, scenario.StandIn, clipNorm, Tuner.BatchSize, cancellationToken);
    }

    /// <summary>The whitened norms of the units, at the pretrained parameters.</summary>
    public IEnumerable<float> Norms(IGeometry geometry)
    {
        if (scenario.StandIn.Count <= MostKeptRows)
        {
            return Gradients().SelectMany(NormsOf);
        }

        return scenario.StandIn.Read(Tuner.BatchSize).SelectMany(batch =>
        {
            using var gradients = UnitGradients.Of(model, loss, TensorBatch.Of(batch, scenario.StandIn.InputShapes));
            return NormsOf(gradients);
        });

        float[] NormsOf(UnitGradients gradients)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            return geometry.SquaredNorms(gradients).sqrt().data<float>().ToArray();
        }
    }

    public void Dispose() => kept?.ForEach(gradients => gradients.Dispose());

    private Sensitive<Tensor>? FromKept(IGeometry geometry, double clipNorm)
    {
        using var outer = NewDisposeScope();
        using var quiet = no_grad();
        var total = zeros([geometry.Dimension], dtype: ScalarType.Float64);
        foreach (var gradients in Gradients())
        {
            using var scope = NewDisposeScope();
            var norms = geometry.SquaredNorms(gradients).sqrt();
            if (!norms.isfinite().all().item<bool>())
            {
                return null;
            }

            total.add_(geometry.WeightedSum(gradients, PrivatePass.ClipWeights(norms, clipNorm)));
        }

        return new(total.to_type(ScalarType.Float32).MoveToOuterDisposeScope());
    }

    private List<UnitGradients> Gradients()
    {
        if (kept is null)
        {
            model.Move(origin);
            kept = [];
            foreach (var batch in scenario.StandIn.Read(Tuner.BatchSize))
            {
                using var scope = NewDisposeScope();
                kept.Add(UnitGradients.Of(model, loss, TensorBatch.Of(batch, scenario.StandIn.InputShapes)).Detach());
            }
        }

        return kept;
    }
}
