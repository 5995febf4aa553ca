using CsCheck;
using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Gradients;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Tuning.Tests.Rounds;

/// <summary>The one pass over private rows: each unit's influence is bounded, and nothing but the rows decides the sum.</summary>
public sealed class PrivatePassTests
{
    private const double ClipNorm = 1.6;
    private static readonly int[] RowShape = [1, 4, 4];

    [Fact]
    public void ClippedSum_OfRows_EqualsExplicitClippingOfEachGradient()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var rows = Rows(9);
        var gradients = setting.Explicit(rows.Apart());
        var norms = gradients.norm(1, keepdim: true);
        var expected = (gradients * (ClipNorm / norms).clamp_max(1)).sum([0]);

        // Both kinds of unit are there, or the test would say nothing of one of them.
        Assert.InRange(norms.gt(ClipNorm).sum().item<long>(), 2, 7);
        PerExampleLoop.AssertClose(expected, setting.Sum(rows.Apart(), 4));
    }

    [Fact]
    public void ClippedSum_AnyBatchSizeAndOrder_IsTheSame()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var rows = Rows(9);
        var expected = setting.Sum(rows.Apart(), 9);
        Gen.Select(Gen.Int[1, 12], Gen.Shuffle(Enumerable.Range(0, 9).ToArray())).Sample(
            (batchSize, order) => PerExampleLoop.AssertClose(expected, setting.Sum(rows.Apart(order), batchSize), 1e-5),
            iter: 40,
            threads: 1);
    }

    [Fact]
    public void ClippedSum_RowsOfOneUnit_AreClippedTogether()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var rows = Rows(7, row => row / 3);
        var gradients = setting.Explicit(rows.Apart());
        var units = zeros([3, gradients.shape[1]]).index_add(0, tensor(new long[] { 0, 0, 0, 1, 1, 1, 2 }), gradients, 1);
        var expected = (units * (ClipNorm / units.norm(1, keepdim: true)).clamp_max(1)).sum([0]);
        foreach (var batchSize in new[] { 1, 4, 7 })
        {
            PerExampleLoop.AssertClose(expected, setting.Sum(rows, batchSize));
        }
    }

    [Fact]
    public void ClippedSum_UnitOfAThousandCopies_MovesTheSumByNoMoreThanTheClipNorm()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var one = Rows(1).Apart();
        var others = Rows(5, row => row);
        var copies = Enumerable.Range(0, 1000).Select(_ => (one.Features, one.Labels[0], 99L));
        var without = setting.Sum(others, 64);
        var with = setting.Sum(new UnitExamples(RowShape, [.. Entries(5, row => row), .. copies]), 64);
        var moved = (with - without).norm().item<float>();
        Assert.Equal(ClipNorm, moved, 1e-4);

        // As rows of their own, the same thousand move it far more: the unit is what bounds them.
        var apart = setting.Sum(new InMemoryExamples(RowShape, [.. Enumerable.Repeat(one.Features, 1000).SelectMany(x => x)], [.. Enumerable.Repeat(one.Labels[0], 1000)]), 64);
        Assert.True(apart.norm().item<float>() > 100 * ClipNorm);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void ClippedSum_RowThatIsNotFinite_ChangesNothingButItself(float poison)
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var entries = Entries(6, row => row / 2);
        var healthy = setting.Sum(new UnitExamples(RowShape, [.. entries.Where(row => row.Unit != 1)]), 3);
        entries[2].Features[5] = poison;
        foreach (var batchSize in new[] { 1, 2, 6 })
        {
            PerExampleLoop.AssertClose(healthy, setting.Sum(new UnitExamples(RowShape, entries), batchSize), 1e-5);
        }
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 2)]
    [InlineData(float.NegativeInfinity, 3)]
    public void ClippedSum_UnitThatIsNotFinite_IsToTheBitAsIfItWereNotThere(float poison, long unit)
    {
        // In one batch; in several, the units that follow it share their batches with others, and float32 sums round differently.
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var entries = Entries(8, row => row / 2);
        var without = setting.Sum(new UnitExamples(RowShape, [.. entries.Where(row => row.Unit != unit)]), 8);
        entries[(int)(2 * unit)].Features[3] = poison;
        var with = setting.Sum(new UnitExamples(RowShape, entries), 8);
        Assert.Equal(without.data<float>().ToArray().Select(BitConverter.SingleToInt32Bits), with.data<float>().ToArray().Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void ClippedSum_NothingButPoison_IsZero()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var entries = Entries(2, row => row);
        entries.ForEach(row => row.Features[0] = float.NaN);
        Assert.Equal(0, setting.Sum(new UnitExamples(RowShape, entries), 2).norm().item<float>());
    }

    [Fact]
    public void ClippedSum_NoRows_IsZero()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        Assert.Equal(0, setting.Sum(new UnitExamples(RowShape, []), 2).norm().item<float>());
    }

    [Fact]
    public void ClippedSum_Cancelled_Stops()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            PrivatePass.ClippedSum(setting.Model, LossFunction.CrossEntropy, setting.Geometry, Rows(3), ClipNorm, 2, source.Token));
    }

    [Fact]
    public void ClippedSum_RowsAddedToOneUnit_NeverMoveTheSumByMoreThanTheClipNorm()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var others = Entries(3, row => row);
        var without = setting.Sum(new UnitExamples(RowShape, others), 8);
        Gen.Select(Gen.Int[1, 5], Gen.Double[-3, 37], Gen.Int[0, 2]).Sample(
            (count, exponent, label) =>
            {
                var size = (float)Math.Pow(10, exponent);
                var unit = Entries(count, _ => 7, seed: (ulong)(count + 31)).Select(row => (row.Features.Select(x => x * size).ToArray(), (float)label, row.Unit));
                var with = setting.Sum(new UnitExamples(RowShape, [.. others, .. unit]), 8);
                return (with - without).norm().item<float>() <= ClipNorm * (1 + 1e-4);
            },
            iter: 40,
            threads: 1);
    }

    private static UnitExamples Rows(int count, Func<int, long>? unit = null) => new(RowShape, Entries(count, unit ?? (row => row)));

    private static List<(float[] Features, float Label, long Unit)> Entries(int count, Func<int, long> unit, ulong seed = 5) =>
        [.. Enumerable.Range(0, count).Select(row => (Values(seed + (ulong)row), (float)(row % 3), unit(row)))];

    private static float[] Values(ulong seed)
    {
        using var scope = NewDisposeScope();
        return Filled.Normal(seed, 16).data<float>().ToArray();
    }

    /// <summary>A small convolutional network under the identity geometry, whose whitened gradient is the gradient.</summary>
    private sealed class Setting : IDisposable
    {
        private readonly Module<Tensor, Tensor> module =
            Filled.Parameters(Sequential(Conv2d(1, 3, 2), Tanh(), Flatten(), Linear(27, 3)), scale: 0.3);

        public Setting()
        {
            Model = new ModuleModel(module);
            Geometry = new IdentityGeometry(Model.Blocks);
        }

        public ModuleModel Model { get; }

        public IdentityGeometry Geometry { get; }

        public Tensor Sum(IExampleSource rows, int batchSize) =>
            PrivatePass.ClippedSum(Model, LossFunction.CrossEntropy, Geometry, rows, ClipNorm, batchSize).Open().to_type(ScalarType.Float32);

        public Tensor Explicit(InMemoryExamples rows)
        {
            var gradients = new List<Tensor>();
            foreach (var row in rows.Read(1))
            {
                var label = tensor(row.Labels);
                gradients.Add(PerExampleLoop.Gradients(module, Model, tensor(row.Inputs[0], [1, 1, 4, 4]), outputs => LossFunction.CrossEntropy.PerRow(outputs, label)));
            }

            return cat(gradients);
        }

        public void Dispose()
        {
            Geometry.Dispose();
            Model.Dispose();
        }
    }
}
