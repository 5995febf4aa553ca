using CsCheck;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tests.Tables;

namespace Quietune.Data.Tests.Preprocessing;

/// <summary>Rows become the floats the spec says, in batches that keep privacy units whole.</summary>
public sealed class TableExamplesTests
{
    private static readonly PreprocessingSpec NumberSpec = new()
    {
        Inputs = [new([1], [new PassColumn("x")])],
        Label = new("y", LabelKind.Number),
    };

    [Fact]
    public void Read_EachKindOfColumn_GivesItsFloats()
    {
        var spec = new PreprocessingSpec
        {
            Inputs =
            [
                new([2, 3],
                [
                    new StandardiseColumn("age", Mean: 50, Deviation: 10, Clip: 2, Impute: 60),
                    new OneHotColumn("sex", ["f", "m"]),
                    new ScaleColumn("pixel", 1.0 / 255, Offset: -0.5),
                    new IndexColumn("ward", ["A", "B"], Unknown: 9),
                    new PassColumn("token", Minimum: 0, Maximum: 99, Impute: 1),
                ]),
                new([1], [new PassColumn("age", Impute: -1)]),
            ],
            Label = new("died", LabelKind.Classes, ["no", "yes"]),
        };
        var table = new ListTable(["age", "sex", "pixel", "ward", "token", "died"],
        [
            ["45", "m", "255", "B", "7", "yes"],
            ["99", " f ", "0", "A", "NA", "no"],
            [null, "?", "51", "", "99", "no"],
        ]);
        var batch = Assert.Single(spec.Apply(table).Read(10));
        Assert.Equal([-0.5f, 0, 1, 0.5f, 1, 7, /**/ 2, 1, 0, -0.5f, 0, 1, /**/ 1, 0, 0, -0.3f, 9, 99], batch.Inputs[0]);
        Assert.Equal([45, 99, -1], batch.Inputs[1]);
        Assert.Equal([1, 0, 0], batch.Labels);
        Assert.Null(batch.Units);
        Assert.Equal([[2, 3], [1]], spec.Apply(table).InputShapes);
    }

    [Fact]
    public void Read_TokenOutOfVocabulary_IsRefused()
    {
        var spec = NumberSpec with { Inputs = [new([1], [new PassColumn("x", 0, 99)])] };
        var failure = Assert.Throws<InvalidDataException>(() => spec.Apply(new ListTable(["x", "y"], [["5", "0"], ["100", "0"]])).Read(1).Count());
        Assert.Equal("list, row 2, column 'x': expected a number from 0 to 99, got '100'.", failure.Message);
    }

    [Fact]
    public void Read_NaNListedAsMissing_IsImputed()
    {
        var spec = NumberSpec with { Inputs = [new([1], [new PassColumn("x", Impute: 3)])], Missing = ["NaN"] };
        Assert.Equal([3], Assert.Single(spec.Apply(new ListTable(["x", "y"], [["NaN", "0"]])).Read(1)).Inputs[0]);
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("-2.00", "-2")]
    [InlineData("1.50", "1.50")]
    [InlineData("01", "01")]
    [InlineData("v1.0", "v1.0")]
    [InlineData("True", "true")]
    [InlineData(" x ", "x")]
    public void Read_CategoryInAnyWriting_FindsItsOneName(string cell, string name)
    {
        var spec = NumberSpec with { Inputs = [new([1], [new OneHotColumn("x", [name])])] };
        Assert.Equal([1], Assert.Single(spec.Apply(new ListTable(["x", "y"], [[cell, "0"]])).Read(1)).Inputs[0]);
    }

    [Fact]
    public void Read_AnyBatchAndChunkSize_GivesTheSameRows() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[1, 12], Gen.Int[1, 12]).Sample((count, chunkRows, batchSize) =>
        {
            var table = new ListTable(["x", "y"], [.. Enumerable.Range(0, count).Select(i => new string?[] { $"{i}", $"{2 * i}" })], chunkRows);
            var batches = NumberSpec.Apply(table).Read(batchSize).ToArray();
            Assert.Equal(Enumerable.Range(0, count).Select(i => (float)i), batches.SelectMany(batch => batch.Inputs[0]));
            Assert.Equal(Enumerable.Range(0, count).Select(i => 2f * i), batches.SelectMany(batch => batch.Labels));
            Assert.All(batches.SkipLast(1), batch => Assert.Equal(batchSize, batch.Count));
        });

    [Fact]
    public void Read_Units_AreWholeAdjacentAndPacked() =>
        Gen.Select(Gen.Int[0, 6].Array[0, 40], Gen.Int[1, 12], Gen.Int[1, 12]).Sample((units, chunkRows, batchSize) =>
        {
            var table = new ListTable(["x", "y", "p"], [.. units.Select((unit, i) => new string?[] { $"{i}", "0", $"p{unit}" })], chunkRows);
            var batches = NumberSpec.Apply(table, "p").Read(batchSize).ToArray();
            Assert.Equal(units.Length, batches.Sum(batch => batch.Count));
            var numbers = new HashSet<long>();
            foreach (var batch in batches)
            {
                // No unit comes back in a later batch, and its rows are all here, side by side.
                Assert.All(batch.Units!.Distinct(), unit => Assert.True(numbers.Add(unit)));
                Assert.Equal(batch.Units, batch.Units!.Order());
                foreach (var rows in batch.Units!.Zip(batch.Inputs[0]).GroupBy(pair => pair.First, pair => pair.Second))
                {
                    var unit = units[(int)rows.First()];
                    Assert.Equal(units.Index().Where(pair => pair.Item == unit).Select(pair => (float)pair.Index), rows);
                }

                Assert.True(batch.Count <= batchSize || batch.Units!.Distinct().Count() == 1);
            }

            // Two neighbouring batches that would fit into one are a waste.
            Assert.All(batches.Zip(batches.Skip(1)), pair =>
                Assert.True(pair.First.Count + pair.Second.Units!.Count(unit => unit == pair.Second.Units![0]) > batchSize));
        });

    [Fact]
    public void Read_PrivateTable_NeverShowsAValue()
    {
        var table = new ListTable(["x", "y"], [["5", "0"], ["SECRET", "0"]], isPrivate: true);
        var failure = Assert.Throws<InvalidDataException>(() => NumberSpec.Apply(table).Read(1).Count());
        Assert.Equal("list, row 2, column 'x': expected a number.", failure.Message);
    }
}
