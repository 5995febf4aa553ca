using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;
using Quietune.Storage;

namespace Quietune.Cli.Tests;

/// <summary>An owner's way through the ledger, on the command line.</summary>
public sealed class LedgerVerbTests : IDisposable
{
    private static readonly string Plan = new('b', 64);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quietune-cli-ledger-");

    private string File => Path.Combine(folder.FullName, "budget.db");

    public void Dispose() => folder.Delete(recursive: true);

    private Task<Told> LedgerAsync(string verb, params string[] arguments) => Told.ByAsync(["ledger", verb, .. arguments, "--ledger", File]);

    private async Task<ReservationEntry> ReserveAsync(double noiseMultiplier)
    {
        Assert.Equal(0, (await LedgerAsync("grant", "--dataset", "ward-7", "--epsilon", "2", "--delta", "1e-6", "--privacy-unit", "patient_id", "--who", "owner")).ExitCode);
        using var ledger = LedgerStore.Open(File);
        return ledger.Reserve(new("ward-7", "patient_id", Adjacency.AddRemove, new GaussianEvent(noiseMultiplier), Plan, "analyst"));
    }

    [Fact]
    public async Task Show_AfterAReservation_TellsWhatIsSpentAndOpen()
    {
        var reservation = await ReserveAsync(5);
        var shown = (await LedgerAsync("show", "--json")).Json.GetProperty("datasets")[0];
        Assert.Equal(("ward-7", "patient_id", 2, 1e-6), (shown.GetProperty("dataset").GetString(), shown.GetProperty("privacyUnit").GetString(), shown.GetProperty("epsilonGranted").GetDouble(), shown.GetProperty("delta").GetDouble()));
        Assert.Equal(reservation.EpsilonAfter, shown.GetProperty("epsilonSpent").GetDouble());
        Assert.Equal(2, shown.GetProperty("open")[0].GetProperty("reservation").GetInt64());
        var told = await LedgerAsync("show");
        Assert.Empty(told.Output);
        Assert.Contains("Reservation 2 of 'ward-7' by analyst", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settle_Released_GivesBackOnceAndStaysInTheHistory()
    {
        await ReserveAsync(5);
        Assert.Equal(0, (await LedgerAsync("settle", "2", "--as", "released", "--reason", "The table was never opened.", "--who", "owner")).ExitCode);
        Assert.Equal(0, (await LedgerAsync("show", "--dataset", "ward-7", "--json")).Json.GetProperty("datasets")[0].GetProperty("epsilonSpent").GetDouble());
        (await LedgerAsync("settle", "2", "--as", "spent", "--reason", "Again.")).Refuses("reservation 2");
        var entries = (await LedgerAsync("history", "--json")).Json.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("entry")).ToArray();
        Assert.Equal(["grant", "reservation", "settlement"], entries.Select(entry => entry.GetProperty("kind").GetString()));
        Assert.Equal(("owner", "released"), (entries[2].GetProperty("who").GetString(), entries[2].GetProperty("outcome").GetString()));
        Assert.Contains("never opened", (await LedgerAsync("history")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_EndCutOff_IsFoundByThePositionThatWasKept()
    {
        var reservation = await ReserveAsync(5);
        var before = (await LedgerAsync("verify", "--json")).Json;
        Assert.True(before.GetProperty("intact").GetBoolean());
        Assert.Equal(reservation.Position.Hash, before.GetProperty("head").GetProperty("hash").GetString());
        System.IO.File.Delete(File);
        await LedgerAsync("grant", "--dataset", "ward-7", "--epsilon", "2", "--delta", "1e-6");
        Assert.Equal(0, (await LedgerAsync("verify")).ExitCode);
        var after = await LedgerAsync("verify", "--known", $"{reservation.Position}");
        Assert.Equal(2, after.ExitCode);
        Assert.Contains("cut off", after.Error, StringComparison.Ordinal);
        (await LedgerAsync("verify", "--known", "2:abc")).Refuses("SEQUENCE:HASH");
    }

    [Fact]
    public async Task Export_EveryLine_IsTheHashOfItsEntry()
    {
        var reservation = await ReserveAsync(5);
        var path = Path.Combine(folder.FullName, "ledger.txt");
        Assert.Equal(2, (await LedgerAsync("export", "--out", path, "--json")).Json.GetProperty("entries").GetInt32());
        var lines = await System.IO.File.ReadAllLinesAsync(path);
        Assert.Equal(reservation, LedgerEntry.FromJson(lines[1][65..]));
        Assert.All(lines, line => Assert.Equal(line[..64], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(line[65..])))));
        Assert.Equal(2, folder.GetFiles("*", SearchOption.TopDirectoryOnly).Count(file => !file.Name.StartsWith("budget.db-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("history")]
    [InlineData("verify")]
    [InlineData("export")]
    public async Task Readers_NoLedger_MakeNone(string verb)
    {
        (await LedgerAsync(verb)).Refuses("budget.db");
        Assert.Empty(folder.GetFiles());
    }

    [Theory]
    [InlineData("--epsilon", "0", "--delta", "1e-6", "--epsilon")]
    [InlineData("--epsilon", "1", "--delta", "1", "--delta")]
    [InlineData("--epsilon", "1", "--delta", "much", "'much'")]
    public async Task Grant_BadBudget_MakesNoLedger(string first, string one, string second, string other, string named)
    {
        (await LedgerAsync("grant", "--dataset", "ward-7", first, one, second, other)).Refuses(named);
        Assert.Empty(folder.GetFiles());
    }

    [Fact]
    public async Task Ledger_ServerThatIsNotThere_IsNamedWithoutItsPassword()
    {
        var told = await Told.ByAsync("ledger", "show", "--ledger", "postgres://ann:sesame@localhost:1/budgets");
        told.Refuses("postgres://localhost:1/budgets");
        Assert.DoesNotContain("sesame", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeysNew_Twice_KeepsTheFirst()
    {
        var name = Path.Combine(folder.FullName, "hospital");
        var made = (await Told.ByAsync("keys", "new", "--out", name, "--json")).Json;
        using var key = Storage.Signatures.SigningKey.Load($"{name}.key");
        Assert.Equal(key.PublicKey.ToString(), made.GetProperty("publicKey").GetString());
        Assert.Equal(key.PublicKey, Storage.Signatures.VerificationKey.Load($"{name}.pub"));
        (await Told.ByAsync("keys", "new", "--out", name)).Refuses("hospital.key");
        System.IO.File.Delete($"{name}.key");
        (await Told.ByAsync("keys", "new", "--out", name)).Refuses("hospital.pub");
        Assert.False(System.IO.File.Exists($"{name}.key"));
    }
}
