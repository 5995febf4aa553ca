using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;

namespace Quietune.Data.Tests.Tables;

/// <summary>Bad tables are refused in one sentence; a private table's sentence tells where and what was expected, and no value.</summary>
public sealed class HostileTablesTests : IDisposable
{
    private const string Secret = "SECRET";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static readonly PreprocessingSpec Spec = new()
    {
        Inputs = [new([3], [new StandardiseColumn("a", 0, 1), new OneHotColumn("b", ["u", "v"])])],
        Label = new("y", LabelKind.Classes, ["0", "1"]),
    };

    private string Refuses(string place, bool isPrivate, string? unit = null)
    {
        var failure = Assert.Throws<InvalidDataException>(() => Spec.Apply(TableReference.Parse(place), isPrivate, unit).Read(2).Count());
        return failure.Message.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }

    private void Refuses(string csv, string expected, string? unit = null)
    {
        var place = folder.Write("t.csv", csv);
        Assert.StartsWith(expected, Refuses(place, isPrivate: false, unit), StringComparison.Ordinal);
        var withheld = Refuses(place, isPrivate: true, unit);
        Assert.StartsWith(expected, withheld, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, withheld, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', withheld);
        Assert.EndsWith(".", withheld, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RaggedRow_NamesTheLine()
    {
        Refuses($"a,b,y\n1,u,0\n2,{Secret}\n3,u,1\n", "t.csv, line 3: expected 3 fields, got 2.");
        Refuses($"a,b,y\n1,u,0\n2,u,1,{Secret}\n", "t.csv, line 3: expected 3 fields, got 4.");
    }

    [Fact]
    public void Read_NotANumber_NamesRowAndColumn() => Refuses($"a,b,y\n1,u,0\n{Secret},u,0\n", "t.csv, row 2, column 'a': expected a number");

    [Fact]
    public void Read_PublicTable_ShowsTheValue() =>
        Assert.EndsWith($"got '{Secret}'.", Refuses(folder.Write("p.csv", $"a,b,y\n1,u,0\n{Secret},u,0\n"), isPrivate: false), StringComparison.Ordinal);

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    public void Read_NotFinite_IsRefused(string value) => Refuses($"a,b,y\n{value},u,0\n", "t.csv, row 1, column 'a': expected a finite number");

    [Fact]
    public void Read_MissingWithoutImpute_IsRefused() => Refuses("a,b,y\n,u,0\n", "t.csv, row 1, column 'a': expected a number");

    [Fact]
    public void Read_LabelOutOfRange_NamesTheClasses() => Refuses($"a,b,y\n1,u,0\n1,u,{Secret}\n", "t.csv, row 2, column 'y': expected one of the 2 classes (0, 1)");

    [Fact]
    public void Read_MissingLabel_IsRefused() => Refuses("a,b,y\n1,u,\n", "t.csv, row 1, column 'y': expected one of the 2 classes (0, 1)");

    [Fact]
    public void Read_MissingColumn_IsNamed() => Refuses($"a,{Secret},y\n1,u,0\n", "t.csv has no column 'b'");

    [Fact]
    public void Read_TenMegabyteField_IsRefused() =>
        Refuses($"a,b,y\n1,u,0\n2,{string.Concat(Enumerable.Repeat(Secret, 1_700_000))},0\n", "t.csv, line 3: expected at most 2000000 bytes in a row.");

    [Fact]
    public void Read_TenMegabyteFieldInParquet_IsRefused()
    {
        var parquet = folder.File("t.parquet");
        DuckDb.Run($"COPY (SELECT 1 AS a, repeat('{Secret}', 1700000) AS b, 0 AS y) TO '{parquet}'");
        Assert.Equal("t.parquet, row 1, column 'b': expected at most 1048576 bytes.", Refuses(parquet, isPrivate: true));
    }

    [Fact]
    public void Read_OpenQuote_NamesTheLine() => Refuses($"a,b,y\n1,u,0\n2,\"{Secret},0\n", "t.csv, line 3: expected every quoted field to be closed");

    [Fact]
    public void Read_NotUtf8_NamesTheLine()
    {
        var place = folder.Write("latin.csv", [.. "a,b,y\n1,SECRET"u8, 0xE9, .. ",0\n"u8]);
        Assert.Equal("latin.csv, line 2: expected UTF-8 text.", Refuses(place, isPrivate: true));
        var header = folder.Write("header.csv", [.. "a,b,y"u8, 0xE9, .. "\n1,u,0\n"u8]);
        Assert.Equal("header.csv, line 1: expected a header of UTF-8 text.", Refuses(header, isPrivate: true));
    }

    [Fact]
    public void Read_HeaderTwiceTheSameOrEmpty_IsRefused()
    {
        Refuses("a,b,a,y\n", "t.csv, line 1: expected a header of unique column names");
        Refuses("", "t.csv, line 1: expected a header line");
        Refuses("a,\"b,y\n", "t.csv, line 1: expected every quoted name in the header to be closed.");
    }

    [Fact]
    public void Read_MissingUnit_IsRefused()
    {
        Refuses("a,b,y,p\n1,u,0,7\n1,u,0,\n", "t.csv, row 2, column 'p': expected a privacy unit in every row", unit: "p");
        Refuses("a,b,y\n1,u,0\n", "t.csv has no column 'p'", unit: "p");
    }

    [Fact]
    public void Read_BadRowUnderSorting_NamesTheRowOfTheFile() =>
        Refuses($"a,b,y,p\n1,u,0,9\n{Secret},u,0,3\n1,u,0,1\n", "t.csv, row 2, column 'a': expected a number", unit: "p");

    [Fact]
    public void Read_DamagedParquet_IsRefused()
    {
        var parquet = folder.File("whole.parquet");
        DuckDb.Run($"COPY (SELECT i AS a, '{Secret}' AS b, 0 AS y FROM range(10000) t(i)) TO '{parquet}'");
        var whole = File.ReadAllBytes(parquet);
        foreach (var isPrivate in new[] { true, false })
        {
            var cut = Refuses(folder.Write("cut.parquet", whole[..^100]), isPrivate);
            Assert.StartsWith("cut.parquet cannot be read", cut, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, cut, StringComparison.Ordinal);
        }

        // Whatever is flipped: rows, or one sentence, and never a crash.
        var random = new SeededGenerator(11);
        for (var time = 0; time < 15; time++)
        {
            var flipped = whole.ToArray();
            flipped[random.Next(whole.Length)] ^= (byte)(1 + random.Next(255));
            var place = folder.Write("flipped.parquet", flipped);
            try
            {
                Assert.InRange(Spec.Apply(TableReference.Parse(place), isPrivate: true).Read(100).Sum(batch => batch.Count), 0, 10_000);
            }
            catch (InvalidDataException refusal)
            {
                Assert.DoesNotContain(Secret, refusal.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Read_BadJsonLine_NamesTheLine()
    {
        var place = folder.Write("t.jsonl", $"{{\"a\":1,\"b\":\"u\",\"y\":0}}\n{{\"a\":1,\"b\":\"{Secret}\"\n");
        var refusal = Refuses(place, isPrivate: true);
        Assert.StartsWith("t.jsonl, line ", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BadQuery_SaysWhy()
    {
        Assert.Contains("nowhere", Refuses("query:SELECT * FROM nowhere", isPrivate: true), StringComparison.Ordinal);
        var failing = $"query:SELECT 1 AS a, 'u' AS b, CAST('{Secret}' || i AS INTEGER) AS y FROM range(3) t(i)";
        Assert.Contains(Secret, Refuses(failing, isPrivate: false), StringComparison.Ordinal);
        var withheld = Assert.Throws<InvalidDataException>(() => Spec.Apply(TableReference.Parse(failing), isPrivate: true).Read(2).Count());
        Assert.Contains("is withheld", withheld.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileNamedLikeAPattern_IsThatFile()
    {
        folder.Write("t1.csv", "a,b,y\n9,u,1\n");
        var place = folder.Write("t[1].csv", "a,b,y\n1,v,0\n");
        Assert.Equal([1, 0, 1], Assert.Single(Spec.Apply(TableReference.Parse(place)).Read(5)).Inputs[0]);
    }

    [Fact]
    public void Read_LongLine_BlankLinesAndBom_AreAllRight()
    {
        var place = folder.Write("t.csv", "\uFEFFa,b,y\r\n1,u,0\r\n\r\n2,\"line\r\nbreak\",1.0\r\n");
        Assert.Equal([0, 1], Assert.Single(Spec.Apply(TableReference.Parse(place)).Read(5)).Labels);
    }

    [Fact]
    public void Open_MissingFile_IsNamed() =>
        Assert.Contains("none.csv does not exist", Assert.Throws<FileNotFoundException>(() => TableReference.Parse(folder.File("none.csv")).Open()).Message, StringComparison.Ordinal);
}
