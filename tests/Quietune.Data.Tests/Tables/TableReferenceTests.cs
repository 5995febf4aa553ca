using Quietune.Data.Tables;

namespace Quietune.Data.Tests.Tables;

/// <summary>A user's words become the right kind of table, and a password never shows.</summary>
public sealed class TableReferenceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.csv", TableFormat.Csv)]
    [InlineData("a.CSV.gz", TableFormat.Csv)]
    [InlineData("a.tsv", TableFormat.Csv)]
    [InlineData("a.parquet", TableFormat.Parquet)]
    [InlineData("dir/part-*.parquet", TableFormat.Parquet)]
    [InlineData("a.jsonl", TableFormat.JsonLines)]
    [InlineData("a.ndjson.gz", TableFormat.JsonLines)]
    [InlineData("query:SELECT 1", TableFormat.Query)]
    [InlineData("postgres://h/d?table=t", TableFormat.PostgreSql)]
    [InlineData("postgresql://h/d?query=SELECT%201", TableFormat.PostgreSql)]
    public void Parse_KnownForms_GiveTheirFormat(string text, TableFormat format) => Assert.Equal(format, TableReference.Parse(text).Format);

    [Theory]
    [InlineData("a.xlsx")]
    [InlineData("nowhere")]
    [InlineData("query: ; ")]
    [InlineData("postgres://h/d")]
    [InlineData("postgres://h/d?table=t&query=q")]
    [InlineData("postgres://h/d?table=t&nonsense=1")]
    [InlineData("postgres://")]
    public void Parse_AnythingElse_Throws(string text) => Assert.Throws<ArgumentException>(() => TableReference.Parse(text));

    [Fact]
    public void Name_PostgresAddress_HidesUserAndPassword()
    {
        var reference = TableReference.Parse("postgres://ann:hunter2@db.example:5433/ward?table=icu.stays&sslmode=require");
        Assert.Equal("postgres://db.example/ward?table=icu.stays", reference.Name);
        Assert.DoesNotContain("hunter2", reference.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoServer_IsOneSentenceWithoutThePassword()
    {
        var failure = Assert.Throws<IOException>(() => TableReference.Parse("postgres://ann:hunter2@127.0.0.1:1/ward?table=t&timeout=2").Open());
        Assert.StartsWith("postgres://127.0.0.1/ward?table=t cannot be reached: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_FolderOfIdx_IsImages()
    {
        folder.Write("train-images-idx3-ubyte", [0]);
        folder.Write("train-labels-idx1-ubyte", [0]);
        Assert.Equal(TableFormat.Idx, TableReference.Parse(folder.Path).Format);
        Assert.Equal(TableFormat.Idx, TableReference.Parse(folder.File("train")).Format);
        Assert.Throws<ArgumentException>(() => TableReference.Parse(folder.File("test")));
    }
}
