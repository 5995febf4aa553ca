namespace Quietune.Cli.Tests;

/// <summary>What <c>tune</c> refuses: in one sentence, with nothing written, and nothing spent unless the private rows were opened.</summary>
public sealed class TuneRefusalTests(WardFiles ward) : IClassFixture<WardFiles>
{
    [Theory]
    [InlineData("--model", "missing.onnx", "missing.onnx")]
    [InlineData("--public", "missing.csv", "missing.csv")]
    [InlineData("--private", "missing.csv", "missing.csv")]
    [InlineData("--private", "ward.onnx", "ward.onnx")]
    [InlineData("--label", "survived", "survived")]
    [InlineData("--features", "weight", "weight")]
    [InlineData("--out", "missing-folder/tuned.onnx", "missing-folder")]
    [InlineData("--out", "ward.onnx", "ward.onnx")]
    [InlineData("--out", "private.csv", "private.csv")]
    [InlineData("--loss", "hinge", "hinge")]
    [InlineData("--loss", "cross-entropy", "ward.onnx")]
    [InlineData("--train", "tail", "tail")]
    [InlineData("--epsilon", "0", "--epsilon")]
    [InlineData("--epsilon", "-1", "--epsilon")]
    [InlineData("--delta", "-1", "--delta")]
    [InlineData("--delta", "1", "--delta")]
    [InlineData("--nominal-size", "0", "--nominal-size")]
    [InlineData("--key", "missing.key", "missing.key")]
    [InlineData("--preprocess", "missing.json", "missing.json")]
    [InlineData("--method", "magic", "magic")]
    public async Task Tune_BadOption_SpendsNothing(string option, string value, string named)
    {
        var isFile = option is "--model" or "--public" or "--private" or "--out" or "--key" or "--preprocess";
        await RefusesAsync([option, isFile ? ward[value] : value], named, reservations: 0);
    }

    [Theory]
    [InlineData("p1,50,80,4", "row")]
    [InlineData("p1,50,80,4,1,9", "row")]
    [InlineData("p1,NaN,80,4,1", "age")]
    [InlineData("p1,old,80,4,1", "age")]
    [InlineData("p1,50,80,4,7", "label")]
    [InlineData("p1,50,80,4,", "died")]
    public async Task Tune_PublicTableBrokenAtItsLastRow_SpendsNothing(string row, string named)
    {
        var table = Broken(row);
        await RefusesAsync(["--public", table], named is "row" or "age" or "label" ? Path.GetFileName(table) : named, reservations: 0);
    }

    [Theory]
    [InlineData("p1,50,80,4")]
    [InlineData("p1,31337,80,4,1,9")]
    [InlineData("p1,NaN,80,4,1")]
    [InlineData("p1,31337old,80,4,1")]
    [InlineData("p1,50,80,4,31337")]
    [InlineData("p1,50,80,4,")]
    [InlineData(",50,80,4,1")]
    public async Task Tune_PrivateTableBrokenAtItsLastRow_HasSpentAndTellsNoValue(string row)
    {
        var table = Broken(row);
        var told = await RefusesAsync(["--private", table], Path.GetFileName(table), reservations: 1);
        Assert.DoesNotContain("31337", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_PrivateFieldOfTenMegabytes_IsRefused() =>
        await RefusesAsync(["--private", Broken($"p1,{new string('7', 10_000_000)},80,4,1")], "csv", reservations: 1);

    [Fact]
    public async Task Tune_TruncatedOrFlippedModel_SpendsNothing()
    {
        var bytes = await File.ReadAllBytesAsync(ward.Model, TestContext.Current.CancellationToken);
        var path = Path.Combine(ward.NewFolder(), "broken.onnx");
        foreach (var length in new[] { 0, 1, bytes.Length / 3, bytes.Length - 1 })
        {
            await File.WriteAllBytesAsync(path, bytes[..length], TestContext.Current.CancellationToken);
            await RefusesAsync(["--model", path], "broken.onnx", reservations: 0);
        }

        // A flipped bit in a name or a number may leave a good model; it must never be our fault.
        for (var place = 0; place < bytes.Length; place += 3)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[place] ^= (byte)(1 << (place % 8));
            await File.WriteAllBytesAsync(path, flipped, TestContext.Current.CancellationToken);
            var told = await Told.ByAsync("inspect", path);
            Assert.True(told.ExitCode is 0 or 2, $"byte {place}: {told.Error}");
        }
    }

    [Fact]
    public async Task Tune_OverBudget_IsRefusedUnopened()
    {
        // Reading this table fails with exit code 2; that it does not shows that it was not opened.
        var folder = ward.NewFolder();
        var ledger = await LedgerAsync(epsilon: 1);
        var told = await Told.ByAsync([.. ward.Tune(Broken("p1")), "--ledger", ledger, "--dataset", "ward-7", "--out", Path.Combine(folder, "tuned.onnx")]);
        Assert.Equal(3, told.ExitCode);
        Assert.Empty(told.Output);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Assert.Equal(0, await ReservationsAsync(ledger));
    }

    private static async Task<int> ReservationsAsync(string ledger) =>
        (await Told.ByAsync("ledger", "history", "--ledger", ledger, "--json")).Json.GetProperty("entries").EnumerateArray().Count(entry => entry.GetProperty("entry").GetProperty("kind").GetString() == "reservation");

    private string Broken(string row)
    {
        var path = Path.Combine(ward.NewFolder(), "broken.csv");
        File.WriteAllText(path, $"{File.ReadAllText(ward.Private)}{row}\n");
        return path;
    }

    private async Task<string> LedgerAsync(double epsilon)
    {
        var ledger = Path.Combine(ward.NewFolder(), "budget.db");
        Assert.Equal(0, (await Told.ByAsync("ledger", "grant", "--ledger", ledger, "--dataset", "ward-7", "--epsilon", $"{epsilon}", "--delta", "1e-5", "--privacy-unit", "patient")).ExitCode);
        return ledger;
    }

    private async Task<Told> RefusesAsync(string[] change, string named, int reservations)
    {
        var folder = ward.NewFolder();
        var ledger = await LedgerAsync(epsilon: 10);
        List<string> options = [.. ward.Tune(), "--ledger", ledger, "--dataset", "ward-7", "--out", Path.Combine(folder, "tuned.onnx")];
        var present = options.IndexOf(change[0]);
        if (present >= 0)
        {
            options.RemoveRange(present, 2);
        }

        var told = await Told.ByAsync([.. options, .. change]);
        told.Refuses(named);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Assert.Equal(reservations, await ReservationsAsync(ledger));
        return told;
    }
}
