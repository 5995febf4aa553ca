using Quietune.Privacy.Accounting;
using Quietune.Storage.Databases;

namespace Quietune.Storage.Tests.Ledgers;

public sealed class SqliteLedgerTests : LedgerContract, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quietune-ledger-");

    protected override string Location => Path.Combine(folder.FullName, "quietune.db");

    protected override string Unlock => "DROP TRIGGER quietune_ledger_update; DROP TRIGGER quietune_ledger_delete";

    internal override LedgerDatabase Database => new SqliteDatabase(Location);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Reserve_SampledReleases_ComposeByLossDistributionAndNotBySums()
    {
        var sampled = new SelfComposedEvent(new PoissonSampledEvent(0.02, new GaussianEvent(1.1)), 20);
        using var ledger = Open();
        Grant(ledger, new(3, 1e-6));
        ledger.Reserve(Request(sampled));
        ledger.Reserve(Request(new ComposedEvent(new GaussianEvent(3), new PureEvent(0.1))));
        var third = ledger.Reserve(Request(sampled));
        var whole = new ComposedEvent(new SelfComposedEvent(sampled, 2), new GaussianEvent(3), new PureEvent(0.1));
        Assert.Equal(new PldAccountant().Curve(whole).EpsilonOf(1e-6), third.EpsilonAfter, 1e-6);
    }

    [Fact]
    public void Open_FileOfAnotherKind_IsBadInput()
    {
        File.WriteAllText(Location, string.Concat(Enumerable.Repeat("no database at all. ", 200)));
        using var ledger = Open();
        var failure = Assert.Throws<InvalidDataException>(() => Grant(ledger));
        Assert.Contains("expected a ledger", failure.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => ledger.Verify());
    }

    [Fact]
    public void Open_FolderThatIsNotThere_NamesTheFile()
    {
        using var ledger = LedgerStore.Open(Path.Combine(folder.FullName, "nowhere", "quietune.db"));
        Assert.Contains("nowhere", Assert.Throws<IOException>(() => Grant(ledger)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DatabaseOfAnotherProgram_IsBadInputForReaders()
    {
        using (var ledger = Open())
        {
            Grant(ledger);
        }

        Execute("DROP TABLE quietune_ledger; CREATE TABLE quietune_ledger (sequence TEXT, entry TEXT, hash TEXT); INSERT INTO quietune_ledger VALUES ('one', NULL, 7)");
        using var other = Open();
        Assert.Throws<InvalidDataException>(() => other.Verify());
        Assert.Throws<InvalidDataException>(() => Grant(other));
    }

    [Fact]
    public void Commit_IsOnTheDiskBeforeItReturns()
    {
        using var connection = Database.Connect(create: true);
        foreach (var (pragma, expected) in new[] { ("journal_mode", "wal"), ("synchronous", "2") })
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA {pragma}";
            Assert.Equal(expected, $"{command.ExecuteScalar()}");
        }
    }
}
