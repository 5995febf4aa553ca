using System.IO.Compression;
using System.Text;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Tests;

namespace Quietune.Data.Tests.Tables;

/// <summary>The same rows give the same batches, bit for bit, whatever they are stored as.</summary>
public sealed class TableFormatsTests : IDisposable, IClassFixture<PostgresServer>
{
    private readonly TemporaryFolder folder = new();
    private readonly PostgresServer server;
    private readonly string csv;

    public TableFormatsTests(PostgresServer server)
    {
        this.server = server;
        var random = new SeededGenerator(1);
        var text = new StringBuilder("age,height,\"smoker, ever\",ward,patient,died\r\n");
        for (var i = 0; i < 5000; i++)
        {
            // 17 digits, missing cells, quotes, booleans and repeated patients.
            var height = random.Next(10) == 0 ? "" : (150 + (50 * random.NextDouble())).ToString("R");
            text.Append($"{random.Next(90)},{height},{(random.Next(2) == 0 ? "true" : "false")},\"{(random.Next(2) == 0 ? "Med, \"\"B\"\"" : "ICU")}\",{random.Next(200)},{random.Next(2)}\r\n");
        }

        csv = folder.Write("rows.csv", text.ToString());
    }

    public void Dispose() => folder.Dispose();

    private static PreprocessingSpec Spec(string place) =>
        PreprocessingSpec.Propose(TableReference.Parse(place).Open(), new ProposalOptions("died") { UnitColumn = "patient" });

    private static void GivesTheSame(string expected, string actual, string? unit)
    {
        var spec = Spec(expected);
        Assert.Equal(spec.ToJson(), Spec(actual).ToJson());
        var left = spec.Apply(TableReference.Parse(expected), unitColumn: unit).Read(700).ToArray();
        var right = spec.Apply(TableReference.Parse(actual), unitColumn: unit).Read(700).ToArray();
        Assert.Equal(5000, left.Sum(batch => batch.Count));
        Assert.Equal(left.Length, right.Length);
        foreach (var (one, other) in left.Zip(right))
        {
            Assert.Equal(one.Inputs[0].Select(BitConverter.SingleToInt32Bits), other.Inputs[0].Select(BitConverter.SingleToInt32Bits));
            Assert.Equal(one.Labels, other.Labels);
            Assert.Equal(one.Units, other.Units);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("patient")]
    public void Read_Parquet_EqualsCsv(string? unit)
    {
        var parquet = folder.File("rows.parquet");
        DuckDb.Run($"COPY (SELECT * FROM read_csv('{csv}')) TO '{parquet}' (ROW_GROUP_SIZE 2048)");
        GivesTheSame(csv, parquet, unit);
    }

    [Fact]
    public void Read_FolderOfParquetFiles_EqualsCsv()
    {
        var parts = Directory.CreateDirectory(folder.File("parts")).FullName;
        DuckDb.Run($"COPY (SELECT * FROM read_csv('{csv}') LIMIT 3000) TO '{parts}/part-0.parquet'; COPY (SELECT * FROM read_csv('{csv}') OFFSET 3000) TO '{parts}/part-1.parquet'");
        GivesTheSame(csv, parts, unit: null);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("patient")]
    public void Read_JsonLines_EqualsCsv(string? unit)
    {
        var json = folder.File("rows.jsonl");
        DuckDb.Run($"COPY (SELECT * FROM read_csv('{csv}')) TO '{json}' (FORMAT json)");
        GivesTheSame(csv, json, unit);
    }

    [Fact]
    public void Read_TabsSemicolonsAndGzip_EqualCsv()
    {
        var tsv = folder.File("rows.tsv");
        DuckDb.Run($"COPY (SELECT * FROM read_csv('{csv}')) TO '{tsv}' (FORMAT csv, DELIMITER '\t')");
        GivesTheSame(csv, tsv, unit: null);
        var semicolons = folder.File("semicolons.csv");
        DuckDb.Run($"COPY (SELECT * FROM read_csv('{csv}')) TO '{semicolons}' (FORMAT csv, DELIMITER ';')");
        GivesTheSame(csv, semicolons, unit: null);
        var compressed = folder.File("rows.csv.gz");
        using (var gzip = new GZipStream(File.Create(compressed), CompressionMode.Compress))
        {
            gzip.Write(File.ReadAllBytes(csv));
        }

        GivesTheSame(csv, compressed, unit: "patient");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("patient")]
    public void Read_Query_EqualsCsv(string? unit) => GivesTheSame(csv, $"query:SELECT * FROM read_csv('{csv}') -- all of it;", unit);

    [Theory]
    [InlineData(null)]
    [InlineData("patient")]
    public void Read_PostgresTable_EqualsCsv(string? unit)
    {
        Load();
        GivesTheSame(csv, server.Address("table=public.rows"), unit);
    }

    [Fact]
    public void Read_PostgresQuery_EqualsCsv()
    {
        Load();
        GivesTheSame(csv, server.Address("query=" + Uri.EscapeDataString("SELECT * FROM rows -- all")), "patient");
    }

    [Fact]
    public void Read_PostgresPrivateTable_KeepsValuesToItself()
    {
        Load();
        var query = server.Address("query=" + Uri.EscapeDataString("SELECT 1 AS x, 0 AS died, ('SECRET' || g)::int AS z FROM generate_series(1, 3) g"));
        var spec = new PreprocessingSpec { Inputs = [new([1], [new PassColumn("z")])], Label = new("died", LabelKind.Number) };
        var shown = Assert.Throws<InvalidDataException>(() => spec.Apply(TableReference.Parse(query)).Read(1).Count());
        Assert.Contains("SECRET", shown.Message, StringComparison.Ordinal);
        var withheld = Assert.Throws<InvalidDataException>(() => spec.Apply(TableReference.Parse(query), isPrivate: true).Read(1).Count());
        Assert.DoesNotContain("SECRET", withheld.ToString(), StringComparison.Ordinal);
        var missing = Assert.Throws<InvalidDataException>(() => TableReference.Parse(server.Address("table=nothing")).Open(isPrivate: true));
        Assert.Contains("nothing", missing.Message, StringComparison.Ordinal);
    }

    private void Load()
    {
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        var copy = folder.File("rows.sql.csv");
        File.Copy(csv, copy);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite | UnixFileMode.OtherExecute);
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        server.Run($"DROP TABLE IF EXISTS rows; CREATE TABLE rows (age int, height float8, \"smoker, ever\" boolean, ward text, patient bigint, died smallint); COPY rows FROM '{copy}' (FORMAT csv, HEADER)");
    }
}
