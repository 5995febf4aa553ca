using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Rounds;

/// <summary>What a pass may ask for beside a clipped sum, against the same from one backward pass a row.</summary>
public sealed class RoundPassTests
{
    private const double ClipNorm = 0.8;
    private static readonly int[] Shape = [1, 6, 6];

    [Fact]
    public void Sum_OfCentredUnits_IsThatOfClippedDifferences()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var publicGradients = UnitGradients.Of(setting.Model, LossFunction.CrossEntropy, Batch(Images(9, seed: 40)));
        using var centre = PublicCentre.Of(setting.Geometry, [publicGradients]);
        var sums = setting.Pass(Images(7), new(setting.Geometry, ClipNorm) { Centre = centre });
        var differences = setting.Explicit(Images(7)) - setting.Explicit(Images(9, seed: 40)).mean([0], keepdim: true);
        PerExampleLoop.AssertClose(Clipped(differences, ClipNorm).sum([0]), sums.Sum.Open().to_type(ScalarType.Float32), 1e-3);
        var one = setting.Pass(Images(1), new(setting.Geometry, 1e-3) { Centre = centre });
        Assert.InRange(one.Sum.Open().to_type(ScalarType.Float32).norm().item<float>(), 0.9e-3, 1e-3 * (1 + 1e-5));
    }

    [Fact]
    public void Sum_OfUnitsThatEqualTheCentre_IsNoLongerThanTheClipNorm()
    {
        // The norms cancel almost wholly: rounding must not make a unit look shorter than it is.
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        using var centre = PublicCentre.Of(setting.Geometry, [UnitGradients.Of(setting.Model, LossFunction.CrossEntropy, Batch(Images(1)))]);
        var image = Images(1);
        image.Features[3] += 1e-4f;
        foreach (var clipNorm in new[] { 1e-2, 1e-4, 1e-6 })
        {
            Assert.True(setting.Pass(image, new(setting.Geometry, clipNorm) { Centre = centre }).Sum.Open().to_type(ScalarType.Float32).norm().item<float>() <= clipNorm);
        }
    }

    [Fact]
    public void Below_CountsUnitsUpToTheClipNormLessHalfOfAll()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var norms = setting.Explicit(Images(9)).norm(1).to_type(ScalarType.Float64).data<double>().ToArray();
        var middle = norms.Order().ElementAt(4) * (1 + 1e-4);
        var sums = setting.Pass(Images(9), new(setting.Geometry, middle) { CountsBelow = true });

        // Units within an eighth of the clip norm count in part; there are others on both sides.
        Assert.Contains(norms, norm => norm < middle * 0.875);
        Assert.Contains(norms, norm => norm > middle * 1.125);
        var expected = norms.Sum(norm => Math.Clamp((middle - norm) * 4 / middle + 0.5, 0, 1) - 0.5);
        Assert.Equal(expected, sums.Below!.Open().item<double>(), 1e-4);
        var bitMore = setting.Pass(Images(9), new(setting.Geometry, middle * (1 + 1e-6)) { CountsBelow = true });
        Assert.InRange(bitMore.Below!.Open().item<double>() - sums.Below.Open().item<double>(), -1e-9, 9 * 5e-6);
        Assert.Null(setting.Pass(Images(9), new(setting.Geometry, middle)).Below);
    }

    [Fact]
    public void Sum_OfAugmentedRows_ClipsTheMeanOverCopies()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var rows = new AugmentedRows(Images(5), 3, seed: 2);
        var copies = rows.Read(100).Single();
        var gradients = setting.Explicit(new InMemoryExamples(Shape, copies.Inputs[0], copies.Labels)).reshape(5, 3, -1).mean([1]);
        foreach (var batchSize in new[] { 1, 4, 100 })
        {
            var sums = setting.Pass(rows, new(setting.Geometry, ClipNorm) { Scale = 1.0 / 3 }, batchSize);
            PerExampleLoop.AssertClose(Clipped(gradients, ClipNorm).sum([0]), sums.Sum.Open().to_type(ScalarType.Float32), 1e-4);
        }
    }

    [Fact]
    public void AugmentedRows_HoldTheImageFirstAndDifferentChangesOfItAfter()
    {
        var images = Images(2);
        var batch = new AugmentedRows(images, 4, seed: 2).Read(100).Single();
        Assert.Equal([0L, 0, 0, 0, 1, 1, 1, 1], batch.Units!);
        Assert.Equal(images.Example(1).ToArray(), batch.Inputs[0].AsSpan(4 * 36, 36).ToArray());
        Assert.Equal(4, Enumerable.Range(0, 4).Select(copy => string.Join(' ', batch.Inputs[0].AsSpan(copy * 36, 36).ToArray())).Distinct().Count());
        Assert.NotEqual(batch.Inputs[0], new AugmentedRows(images, 4, seed: 3).Read(100).Single().Inputs[0]);
    }

    [Fact]
    public void AugmentedRows_OfWhatIsNoImage_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new AugmentedRows(new InMemoryExamples([4], new float[4], [0]), 2, 1).Read(1).ToList());

    [Fact]
    public void Sum_OfParts_ClipsEachAndIsNoLongerThanTheClipNorm()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var count = setting.Model.ParameterCount;
        using var parted = new PartedGeometry(setting.Model.Blocks, [(new IdentityGeometry(setting.Model.Blocks), 1), (new IdentityGeometry(setting.Model.Blocks, 4), 0.25)]);
        var rows = setting.Explicit(Images(6));
        var sum = setting.Pass(Images(6), new(parted, ClipNorm)).Sum.Open().to_type(ScalarType.Float32);
        PerExampleLoop.AssertClose(Clipped(rows, ClipNorm).sum([0]) / Math.Sqrt(2), sum.narrow(0, 0, count), 1e-4);
        PerExampleLoop.AssertClose(Clipped(rows / 2, ClipNorm / 4).sum([0]) * 4 / Math.Sqrt(2), sum.narrow(0, count, count), 1e-4);
        Assert.True(setting.Pass(Images(1), new(parted, 1e-3)).Sum.Open().to_type(ScalarType.Float32).norm().item<float>() <= 1e-3 * (1 + 1e-5));

        // A step undoes the division: the first part gives the sum itself, the second, whitened by a half on the way, half of its own.
        using var step = parted.Step(sum);
        PerExampleLoop.AssertClose(Clipped(rows, ClipNorm).sum([0]) + (Clipped(rows / 2, ClipNorm / 4).sum([0]) / 2), PerExampleLoop.Flat(step), 1e-4);
    }

    [Fact]
    public void Of_PartsWithACentre_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        using var parted = new PartedGeometry(setting.Model.Blocks, [(new IdentityGeometry(setting.Model.Blocks), 1)]);
        Assert.Throws<ArgumentException>(() => setting.Pass(Images(1), new(parted, 1) { CountsBelow = true }));
    }

    private static InMemoryExamples Images(int count, ulong seed = 3) => new(
        Shape, [.. Enumerable.Range(0, count).SelectMany(row => Filled.Normal(seed + (ulong)row, 36).sigmoid().data<float>().ToArray())], [.. Enumerable.Range(0, count).Select(row => (float)(row % 3))]);

    private static TensorBatch Batch(InMemoryExamples rows) => TensorBatch.Of(rows.Read(rows.Count).Single(), rows.InputShapes);

    private static Tensor Clipped(Tensor rows, double clipNorm) => rows * (clipNorm / rows.norm(1, keepdim: true)).clamp_max(1);

    private sealed class Setting : IDisposable
    {
        private readonly Module<Tensor, Tensor> module = Filled.Parameters(Sequential(Conv2d(1, 3, 3), Tanh(), Flatten(), Linear(48, 3)), scale: 0.3);

        public Setting()
        {
            Model = new ModuleModel(module);
            Geometry = new IdentityGeometry(Model.Blocks);
        }

        public ModuleModel Model { get; }

        public IdentityGeometry Geometry { get; }

        public PassSums Pass(IExampleSource rows, RoundPass pass, int batchSize = 4) => PrivatePass.Of(Model, LossFunction.CrossEntropy, pass, rows, batchSize, default);

        public Tensor Explicit(InMemoryExamples rows) => cat([.. rows.Read(1).Select(row =>
        {
            var label = tensor(row.Labels);
            return PerExampleLoop.Gradients(module, Model, tensor(row.Inputs[0], [1, 1, 6, 6]), outputs => LossFunction.CrossEntropy.PerRow(outputs, label));
        })]);

        public void Dispose()
        {
            Geometry.Dispose();
            Model.Dispose();
        }
    }
}
