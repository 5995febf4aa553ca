using CsCheck;

namespace Quietune.Data.Tests;

/// <summary>Rows keep their labels through selection, shuffling and batching.</summary>
public sealed class InMemoryExamplesTests
{
    // Row i has the features 10 i and 10 i + 1 and the label i.
    private static InMemoryExamples Rows(int count) =>
        new([2], [.. Enumerable.Range(0, count).SelectMany(i => new float[] { 10 * i, (10 * i) + 1 })], [.. Enumerable.Range(0, count).Select(i => (float)i)]);

    [Fact]
    public void Read_AnyBatchSize_GivesAllRowsInOrderTwice() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 50]).Sample((count, batchSize) =>
        {
            var rows = Rows(count);
            for (var time = 0; time < 2; time++)
            {
                var batches = rows.Read(batchSize).ToArray();
                Assert.All(batches, batch => Assert.InRange(batch.Count, 1, batchSize));
                Assert.Equal(rows.Features, batches.SelectMany(batch => batch.Inputs[0]));
                Assert.Equal(rows.Labels, batches.SelectMany(batch => batch.Labels));
            }
        });

    [Fact]
    public void Read_SeveralInputs_GivesEachItsOwn()
    {
        var rows = new InMemoryExamples([[2], [1, 3]], [.. Enumerable.Range(0, 20).Select(i => (float)i)], [0, 1, 2, 3]);
        var batches = rows.Select([3, 0, 1]).Read(2).ToArray();
        Assert.Equal([[15, 16, 0, 1], [5, 6]], batches.Select(batch => batch.Inputs[0]));
        Assert.Equal([[17, 18, 19, 2, 3, 4], [7, 8, 9]], batches.Select(batch => batch.Inputs[1]));
        Assert.Equal([3, 0, 1], batches.SelectMany(batch => batch.Labels));
        Assert.Equal([[2], [1, 3]], rows.InputShapes);
        Assert.Equal([5], rows.Shape);
        Assert.Throws<ArgumentException>(() => new InMemoryExamples([[2], [3]], new float[8], new float[2]));
    }

    [Fact]
    public void AreIndices_OneInputOfWholeNumbers_IsFoundApartFromTheOther()
    {
        var rows = new InMemoryExamples([[2], [1]], [1, 2, 0.5f, 3, 4, 1], [0, 0]);
        Assert.Equal([true, true, false], rows.AreIndices());
        Assert.Equal([false, false, false], new InMemoryExamples([3], rows.Features, rows.Labels).AreIndices());
    }

    [Fact]
    public void Read_Int32MaxBatchSize_GivesOneBatch() => Assert.Equal(3, Assert.Single(Rows(3).Read(int.MaxValue)).Count);

    [Fact]
    public void Read_Cancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(() => Rows(3).Read(1, new CancellationToken(canceled: true)).ToArray());

    [Fact]
    public void Read_BatchSizeZero_ThrowsAtOnce() => Assert.Throws<ArgumentOutOfRangeException>(() => Rows(3).Read(0));

    [Fact]
    public void Shuffled_AnySeed_KeepsFeaturesWithLabels() =>
        Gen.ULong.Sample(seed =>
        {
            var shuffled = Rows(20).Shuffled(seed);
            Assert.Equal(Enumerable.Range(0, 20).Select(i => (float)i), shuffled.Labels.Order());
            Assert.All(Enumerable.Range(0, 20), i => Assert.Equal([10 * shuffled.Labels[i], (10 * shuffled.Labels[i]) + 1], shuffled.Example(i).ToArray()));
        });

    [Fact]
    public void Select_RepeatedRow_ComesTwice() => Assert.Equal([2, 0, 2], Rows(3).Select([2, 0, 2]).Labels);

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Select_NoSuchRow_Throws(int row) => Assert.Throws<ArgumentOutOfRangeException>(() => Rows(3).Select([row]));

    [Fact]
    public void Slice_Run_IsThatRun() => Assert.Equal([20, 21, 30, 31], Rows(5).Slice(2, 2).Features);

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(4, 2)]
    [InlineData(0, -1)]
    [InlineData(5, int.MaxValue)]
    public void Slice_Outside_Throws(int start, int count) => Assert.Throws<ArgumentOutOfRangeException>(() => Rows(5).Slice(start, count));

    [Fact]
    public void Constructor_FeaturesThatDoNotFit_NamesBothNumbers()
    {
        var failure = Assert.Throws<ArgumentException>(() => new InMemoryExamples([1, 2, 2], new float[7], new float[2]));
        Assert.Contains("Expected 8 features for 2 labels of shape [1, 2, 2], got 7.", failure.Message, StringComparison.Ordinal);
    }
}
