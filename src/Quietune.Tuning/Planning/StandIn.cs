using Quietune.Privacy.Noise;
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

    // A model that takes few rows at a time has gradients too large to keep.
    private bool KeepsGradients => scenario.StandIn.Count <= MostKeptRows && model.LargestBatch >= Tuner.BatchSize;

    /// <summary>One round's sums, as large as those of as many rows of this kind as the plan's nominal size.</summary>
    /// <remarks>Fewer rows than that stand for more: their sums are multiplied up, for the noise is what it is.</remarks>
    public PassSums Sums(TuningPlan plan, int round, RoundPass pass, INoiseSource noise, CancellationToken cancellationToken)
    {
        // A penalty and a perturbation are for the nominal size; fewer rows have a smaller part of them.
        var share = Math.Min(1, (double)scenario.StandIn.Count / plan.NominalSize);
        var sums = SumsOfRows(plan, round, pass with { Penalty = pass.Penalty * share, Perturbation = pass.Perturbation?.mul(share) }, noise, cancellationToken);
        if (scenario.StandIn.Count < plan.NominalSize)
        {
            var factor = (double)plan.NominalSize / scenario.StandIn.Count;
            sums.Sum.Open().mul_(factor);
            sums.Below?.Open().mul_(factor);
        }

        return sums;
    }

    /// <summary>One round's sums, through the kept gradients where they are all that it asks for.</summary>
    private PassSums SumsOfRows(TuningPlan plan, int round, RoundPass pass, INoiseSource noise, CancellationToken cancellationToken)
    {
        var plain = round == 0 && KeepsGradients && plan.SamplingRate == 1 && plan.Augmentations == 1
            && pass.Kind == PassKind.Gradients && pass.Centre is null && !pass.CountsBelow && pass.Geometry is not PartedGeometry;

        // Zero times infinity is not zero: the pass knows how to leave out rows that are not finite.
        return plain && FromKept(pass.Geometry, pass.ClipNorm) is { } sum
            ? new(sum, null)
            : PrivatePass.Of(model, loss, pass, Tuner.RowsOf(plan, round, scenario.StandIn, noise), Tuner.BatchSize, cancellationToken);
    }

    /// <summary>The whitened norms of the units, at the pretrained parameters.</summary>
    public IEnumerable<float> Norms(IGeometry geometry)
    {
        if (KeepsGradients)
        {
            return Gradients().SelectMany(NormsOf);
        }

        return scenario.StandIn.Read(Math.Min(Tuner.BatchSize, model.LargestBatch)).SelectMany(batch =>
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

    /// <summary>√(1 + ‖x‖²) of every row.</summary>
    public IEnumerable<double> InputNorms()
    {
        for (var row = 0; row < scenario.StandIn.Count; row++)
        {
            var squares = 1.0;
            foreach (var value in scenario.StandIn.Example(row))
            {
                squares += (double)value * value;
            }

            yield return Math.Sqrt(squares);
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
            var units = geometry.Whiten(gradients);
            var norms = units.SquaredNorms().sqrt();
            if (!norms.isfinite().all().item<bool>())
            {
                return null;
            }

            total.add_(units.WeightedSum(PrivatePass.ClipWeights(norms, clipNorm)));
        }

        return new(total.to_type(ScalarType.Float32).MoveToOuterDisposeScope());
    }

    private List<UnitGradients> Gradients()
    {
        if (kept is null)
        {
            model.Move(origin);
            kept = [];
            foreach (var batch in scenario.StandIn.Read(Math.Min(Tuner.BatchSize, model.LargestBatch)))
            {
                using var scope = NewDisposeScope();
                kept.Add(UnitGradients.Of(model, loss, TensorBatch.Of(batch, scenario.StandIn.InputShapes)).Detach());
            }
        }

        return kept;
    }
}
