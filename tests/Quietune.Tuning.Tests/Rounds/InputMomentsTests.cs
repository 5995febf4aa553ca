using Quietune.Data;
using Quietune.Tuning.Models;
using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Rounds;
using Quietune.Tuning.Tests.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Rounds;

public sealed class InputMomentsTests
{
    private const double ClipNorm = 2;

    [Fact]
    public void Packed_OfASymmetricMatrix_KeepsItsLengthAndComesBack()
    {
        using var scope = NewDisposeScope();
        var half = Filled.Normal(1, 7, 7).to_type(ScalarType.Float64);
        var matrix = half + half.t();
        var packed = InputMoments.Packed(matrix);
        Assert.Equal(InputMoments.LengthOf(7), packed.shape[0]);
        Assert.Equal(matrix.norm().item<double>(), packed.norm().item<double>(), 1e-9);
        Assert.True((InputMoments.Unpacked(packed, 7) - matrix).abs().max().item<double>() < 1e-12);
    }

    // Brute force: every neighbour by one unit less. The longest unit attains the bound, so that a smaller constant is caught.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sum_WithoutOneUnit_MovesByTheSquareOfTheClipNormAtMost(bool groups)
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(4, 3));
        var numbers = Filled.Normal(2, 12, 4).data<float>().ToArray();
        var rows = Enumerable.Range(0, 12).Select(row => (numbers[(4 * row)..((4 * row) + 4)].Select(value => value * (row < 3 ? 9 : 0.4f)).ToArray(), 0f, groups ? (long)(row / 3) : row)).ToList();
        var all = Sum(rows);
        var moves = rows.Select(row => row.Item3).Distinct().Select(unit => (Sum(rows.Where(row => row.Item3 != unit)) - all).norm().item<double>()).ToList();
        Assert.True(moves.Max() <= ClipNorm * ClipNorm * (1 + 1e-6), $"{moves.Max()}");
        Assert.True(groups || moves.Max() >= ClipNorm * ClipNorm * (1 - 1e-6), $"{moves.Max()}");
        Assert.True(moves.Max() > 0.3 * ClipNorm * ClipNorm);

        Tensor Sum(IEnumerable<(float[], float, long)> some)
        {
            var list = some.ToList();
            IExampleSource source = groups ? new UnitExamples([4], list) : new UnitExamples([4], list).Apart();
            return InputMoments.Sum(model, null, source, ClipNorm, 5, default).Open();
        }
    }

    [Fact]
    public void Sum_OfManyRowsInAnyOrder_IsTheSameToFloat64sLastDigits()
    {
        // Products summed in float32 would move by a few 1e-4 of the clip norm's square.
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(4, 3));
        var rows = new InMemoryExamples([4], Filled.Normal(2, 400, 4).data<float>().ToArray(), new float[400]);
        var inOrder = InputMoments.Sum(model, null, rows, ClipNorm, 256, default).Open();
        var shuffled = InputMoments.Sum(model, null, rows.Shuffled(1), ClipNorm, 97, default).Open();
        Assert.InRange((inOrder - shuffled).norm().item<double>(), 0, 400 * ClipNorm * ClipNorm * 1e-13);
    }

    [Fact]
    public void Sum_OfShortRows_IsTheirMomentsWithTheConstantOne()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(2, 3));
        var rows = new InMemoryExamples([2], [0.5f, -1, 0.25f, 0.75f, float.NaN, 1], [0, 1, 2]);
        var found = InputMoments.Unpacked(InputMoments.Sum(model, null, rows, ClipNorm, 2, default).Open(), 3);
        var expected = tensor(new[] { 0.3125, -0.3125, 0.75, -0.3125, 1.5625, -0.25, 0.75, -0.25, 2 }, [3, 3]);
        Assert.True((found - expected).abs().max().item<double>() < 1e-6);
    }

    // Brute force again. At zero weights every law is even, so that a long row curves as much as any can: a smaller constant is caught.
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Sum_ByCurvatureWithoutOneUnit_MovesByTheLargestCurvatureTimesTheSquareAtMost(int outputs, bool groups)
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleModel(Networks.LinearHead(4, outputs));
        var curvature = new RowCurvature(outputs == 1 ? LossFunction.Binary : LossFunction.CrossEntropy);
        var numbers = Filled.Normal(2, 12, 4).data<float>().ToArray();
        var rows = Enumerable.Range(0, 12).Select(row => (numbers[(4 * row)..((4 * row) + 4)].Select(value => value * (row < 3 ? 9 : 0.4f)).ToArray(), 0f, groups ? (long)(row / 3) : row)).ToList();
        var all = Sum(rows);
        var moves = rows.Select(row => row.Item3).Distinct().Select(unit => (Sum(rows.Where(row => row.Item3 != unit)) - all).norm().item<double>()).ToList();
        var bound = curvature.Largest(outputs) * ClipNorm * ClipNorm;
        Assert.True(moves.Max() <= bound * (1 + 1e-6), $"{moves.Max()}");
        Assert.True(groups || moves.Max() >= bound * (1 - 1e-6), $"{moves.Max()}");

        Tensor Sum(IEnumerable<(float[], float, long)> some)
        {
            var list = some.ToList();
            IExampleSource source = groups ? new UnitExamples([4], list) : new UnitExamples([4], list).Apart();
            return InputMoments.Sum(model, curvature, source, ClipNorm, 5, default).Open();
        }
    }

    [Fact]
    public void RowCurvature_OfAnyOutputs_IsTheMeanOfTheHessiansDiagonalAndNeverAboveTheLargest()
    {
        using var scope = NewDisposeScope();
        var outputs = Filled.Normal(8, 50, 4) * 3;
        var law = nn.functional.softmax(outputs, 1);
        Assert.True((new RowCurvature(LossFunction.CrossEntropy).Of(outputs) - (law * (1 - law)).mean([1])).abs().max().item<float>() < 1e-6);
        var logits = Filled.Normal(9, 50, 1) * 3;
        Assert.True((new RowCurvature(LossFunction.Binary).Of(logits) - (logits.sigmoid() * (1 - logits.sigmoid())).flatten()).abs().max().item<float>() < 1e-6);
        foreach (var (loss, count) in new[] { (LossFunction.CrossEntropy, 2L), (LossFunction.CrossEntropy, 7), (LossFunction.Binary, 1) })
        {
            var curvature = new RowCurvature(loss);
            Assert.Equal(curvature.Largest(count), curvature.Of(zeros(1, count)).item<float>(), 1e-6);
            Assert.Equal(0, curvature.Of(full([1, count], float.NaN)).item<float>());
        }

        Assert.Throws<ArgumentException>(() => new RowCurvature(LossFunction.Squared));
    }
}
