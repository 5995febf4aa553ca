using Quietune.Auditing.Claims;
using Quietune.Data;
using Quietune.Tuning.Geometry;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Auditing.Tests.Broken;

/// <summary>Slips in clipping, on real gradients: the audit refutes each, and does not refute the product's own pass.</summary>
public sealed class BrokenClippingTests
{
    private const double ClipNorm = 0.05;
    private const double NoClipping = 1e20;
    private const int Units = 4;

    [Fact]
    public void ClipForgotten_IsRefuted() =>
        AssertRefuted(new SmallModel(), Singles(), (small, geometry, unit) => GradientSubject.Sum(small, geometry, unit, NoClipping));

    [Fact]
    public void ClipPerLayerAccountedAsGlobal_IsRefuted() =>
        AssertRefuted(new SmallModel(), Singles(), (small, geometry, unit) =>
        {
            var whole = GradientSubject.Sum(small, geometry, unit, NoClipping);
            var sizes = small.Model.Blocks.Select(block => block.Count).ToArray();
            return cat([.. whole.split(sizes).Select(layer => GradientSubject.Clipped(layer, ClipNorm))]);
        });

    [Fact]
    public void RowsOfAUnitClippedSeparately_IsRefuted() =>
        AssertRefuted(
            new SmallModel(),
            [.. Enumerable.Range(0, Units).Select(i => new OneUnit(Alike(SmallModel.Rows(1, seed: 80 + (ulong)i), copies: 3)))],
            (small, geometry, unit) => GradientSubject.Sum(small, geometry, ((OneUnit)unit).Rows, ClipNorm));

    [Fact]
    public void TiedWeightsWithoutCrossTerms_IsRefuted() =>
        // Both uses have the same gradient, so the sum of their squared norms is half of the truth.
        AssertRefuted(new SmallModel(new UsedTwice()), Singles(), (small, geometry, unit) =>
        {
            var whole = GradientSubject.Sum(small, geometry, unit, NoClipping);
            return whole * Math.Min(1, ClipNorm / (whole.norm().item<double>() / Math.Sqrt(2)));
        }, draws: 2_000);

    private static IReadOnlyList<IExampleSource> Singles() => [.. Enumerable.Range(0, Units).Select(i => SmallModel.Rows(1, seed: 70 + (ulong)i))];

    private static InMemoryExamples Alike(InMemoryExamples row, int copies) => row.Select([.. Enumerable.Repeat(0, copies)]);

    private static void AssertRefuted(SmallModel small, IReadOnlyList<IExampleSource> units, Func<SmallModel, IGeometry, IExampleSource, Tensor> broken, int draws = 600)
    {
        using var scope = NewDisposeScope();
        using var owned = small;
        using var geometry = new IdentityGeometry(small.Model.Blocks);
        var claimed = GradientSubject.Right(small, geometry, units, ClipNorm);
        var claim = new GaussianClaim(1, 1e-5);
        using var right = new VectorSubject(claimed, claim.Mu, ClipNorm);
        using var wrong = new VectorSubject(claimed, claim.Mu, ClipNorm) { Added = GradientSubject.Stacked(units, unit => broken(small, geometry, unit)) };
        BrokenMechanismTests.AssertRefuted(right, wrong, claim, draws);
    }

    /// <summary>One layer called twice on the same input.</summary>
    private sealed class UsedTwice : Module<Tensor, Tensor>
    {
        private readonly Linear layer;

        public UsedTwice()
            : base(nameof(UsedTwice))
        {
            layer = Linear(16, 3);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var flat = input.flatten(1);
            return layer.call(flat) + layer.call(flat);
        }
    }
}
