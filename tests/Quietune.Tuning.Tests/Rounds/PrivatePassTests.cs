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
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void ClippedSum_UnitThatIsNotFinite_LeavesTheOthersShareToTheBit(long unit)
    {
        // Whatever stands at a place, the numbers at other places are the same: the derivation of the margin leans on it.
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var sums = new List<double[]>();
        foreach (var poison in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var entries = Entries(8, row => row / 2);
            entries[(int)(2 * unit)].Features[3] = poison;
            entries[(int)(2 * unit)].Features[8] = poison;
            sums.Add(setting.ExactSum(new UnitExamples(RowShape, entries), new(setting.Geometry, ClipNorm)));
        }

        Assert.Equal(sums[0], sums[1]);
        Assert.Equal(sums[0], sums[2]);
        PerExampleLoop.AssertClose(setting.Sum(new UnitExamples(RowShape, [.. Entries(8, row => row / 2).Where(row => row.Unit != unit)]), 8), tensor(sums[0]), 1e-6);
    }

    [Fact]
    public void Sum_AmongManyOthers_MovesByTheUnitsOwnVectorToFloat64sLastDigits()
    {
        // A unit that is not finite holds its place and adds nothing, so the difference is the other's vector. Sums in float32 would be off by 1e-7 of all.
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        foreach (var (place, row) in new[] { (0, 3), (57, 3), (199, 8) })
        {
            var others = Entries(200, unit => unit, seed: 900);
            others[place] = (Values((ulong)row), 1, place);
            var with = setting.ExactSum(Apart(others), new(setting.Geometry, ClipNorm));
            others[place] = (Poisoned(others[place].Features), 1, place);
            var without = setting.ExactSum(Apart(others), new(setting.Geometry, ClipNorm));
            var alone = others.Select(entry => (Features: Poisoned(entry.Features), entry.Label, entry.Unit)).ToList();
            alone[place] = (Values((ulong)row), 1, place);
            var own = setting.ExactSum(Apart(alone), new(setting.Geometry, ClipNorm));
            var error = own.Zip(with.Zip(without, (x, y) => x - y), (x, y) => Math.Pow(x - y, 2)).Sum();
            Assert.InRange(Math.Sqrt(error), 0, 1e-13 * 200 * ClipNorm);
            Assert.InRange(own.Sum(x => x * x), 0.1, ClipNorm * ClipNorm * (1 + 1e-12));
        }
    }

    [Fact]
    public void Sum_OfFilledBatches_IsThatOfTheRowsAlone()
    {
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var rows = Rows(11).Apart();
        var pass = new RoundPass(setting.Geometry, ClipNorm) { CountsBelow = true };
        foreach (var filled in new[] { 4, 11, 12, 256 })
        {
            using var plain = PrivatePass.Of(setting.Model, LossFunction.CrossEntropy, pass, rows, filled, default).Below!.Open();
            using var full = PrivatePass.Of(setting.Model, LossFunction.CrossEntropy, pass with { FilledRows = filled }, rows, 3, default).Below!.Open();
            Assert.Equal(plain.item<double>(), full.item<double>(), 1e-5);
            PerExampleLoop.AssertClose(setting.Sum(rows, filled), tensor(setting.ExactSum(rows, pass with { FilledRows = filled })), 1e-6);
        }
    }

    [Fact]
    public void Sum_OfFilledBatches_LastUnitLeavesTheOthersShareAlone()
    {
        // A neighbour with one unit less has batches of the same shape, so the others' numbers are the same.
        using var scope = NewDisposeScope();
        using var setting = new Setting();
        var pass = new RoundPass(setting.Geometry, ClipNorm) { FilledRows = 16 };
        var entries = Entries(21, row => row);
        var without = setting.ExactSum(Apart([.. entries.Take(20)]), pass);
        var with = setting.ExactSum(Apart(entries), pass);
        entries[20] = (Poisoned(entries[20].Features), 1, 20);
        Assert.Equal(without, setting.ExactSum(Apart(entries), pass));
        Assert.InRange(Math.Sqrt(with.Zip(without, (x, y) => (x - y) * (x - y)).Sum()), 0.1, ClipNorm * (1 + 1e-12));
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(256, 0, 256)]
    [InlineData(257, 0, 129)]
    [InlineData(1000, 20, 255)]
    [InlineData(0.2, 0, 1)]
    public void FilledRowsOf_ExpectedUnits_LeavesLittleToFill(double expected, double spread, int rows) => Assert.Equal(rows, PrivatePass.FilledRowsOf(expected, spread));

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

    private static InMemoryExamples Apart(IReadOnlyList<(float[] Features, float Label, long Unit)> entries) =>
        new(RowShape, [.. entries.SelectMany(entry => entry.Features)], [.. entries.Select(entry => entry.Label)]);

    private static float[] Poisoned(float[] features) => [.. features.Select(_ => float.NaN)];

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

        public double[] ExactSum(IExampleSource rows, RoundPass pass) =>
            PrivatePass.Of(Model, LossFunction.CrossEntropy, pass, rows, 256, default).Sum.Open().data<double>().ToArray();

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
