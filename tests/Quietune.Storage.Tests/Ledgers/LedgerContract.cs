using Quietune.LedgerLoad;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;
using Quietune.Privacy.Profiles;
using Quietune.Storage.Databases;

namespace Quietune.Storage.Tests.Ledgers;

/// <summary>What every ledger promises, whatever it is kept in.</summary>
public abstract partial class LedgerContract
{
    protected const string Dataset = "ward-7";

    protected static readonly string Plan = new('b', 64);

    protected static PrivacyBudget Total { get; } = new(1, 1e-5);

    /// <summary>Where a ledger is that nobody has used yet.</summary>
    protected abstract string Location { get; }

    /// <summary>Statements that let anyone change the table.</summary>
    protected abstract string Unlock { get; }

    internal abstract LedgerDatabase Database { get; }

    protected ILedger Open() => LedgerStore.Open(Location);

    protected static GrantEntry Grant(ILedger ledger, PrivacyBudget? total = null, string dataset = Dataset) =>
        ledger.Grant(new(dataset, "patient_id", Adjacency.AddRemove, total ?? Total, "owner"));

    protected static ReservationRequest Request(PrivacyEvent asked, string dataset = Dataset) => new(dataset, "patient_id", Adjacency.AddRemove, asked, Plan, "analyst");

    /// <summary>A release of which this many just fit into the total.</summary>
    protected static GaussianEvent OneOf(int count) => new(Math.Sqrt(count) / GaussianProfile.MuOf(Total) * (1 + 1e-9));

    protected void Execute(string sql)
    {
        using var connection = Database.Connect(create: false);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [Fact]
    public void Reserve_BeforeCommit_AlreadyCountsForEveryone()
    {
        using var ledger = Open();
        Grant(ledger);
        var reservation = ledger.Reserve(Request(OneOf(4)));
        using var other = Open();
        var statement = other.Statement(Dataset);
        Assert.Equal(reservation, Assert.Single(statement.Open));
        Assert.Equal(PrivacyOdometer.EpsilonOf([OneOf(4)], 1e-5), statement.EpsilonSpent);
        Assert.Equal(statement.EpsilonSpent, reservation.EpsilonAfter);
        Assert.Equal((0, 0), (statement.Spends, statement.Refusals));
    }

    [Fact]
    public void Reserve_ByADeadProcess_CountsUntilSettled()
    {
        using (var dead = Open())
        {
            Grant(dead);
            dead.Reserve(Request(OneOf(1)));
        }

        using var ledger = Open();
        Assert.Throws<BudgetRefusedException>(() => ledger.Reserve(Request(OneOf(4))));
        var open = Assert.Single(ledger.Statement(Dataset).Open);
        ledger.Settle(open.Sequence, SettlementOutcome.Released, "owner", "The machine lost power before the table was opened.");
        Assert.Equal(0, ledger.Statement(Dataset).EpsilonSpent);
        Assert.Equal(PrivacyOdometer.EpsilonOf([OneOf(4)], 1e-5), ledger.Reserve(Request(OneOf(4))).EpsilonAfter);
    }

    [Fact]
    public void Settle_AsSpent_KeepsTheBudgetSpent()
    {
        using var ledger = Open();
        Grant(ledger);
        var reservation = ledger.Reserve(Request(OneOf(4)));
        ledger.Settle(reservation.Sequence, SettlementOutcome.Spent, "owner", "Nobody knows how far it came.");
        var statement = ledger.Statement(Dataset);
        Assert.Equal((1, reservation.EpsilonAfter), (statement.Spends, statement.EpsilonSpent));
        Assert.Empty(statement.Open);
    }

    [Fact]
    public void Reserve_PastTheGrant_IsRefusedRecordedAndCostsNothing()
    {
        using var ledger = Open();
        Grant(ledger);
        for (var i = 0; i < 4; i++)
        {
            ledger.Commit(ledger.Reserve(Request(OneOf(4))).Sequence, "analyst", new string('c', 64));
        }

        var before = ledger.Statement(Dataset).EpsilonSpent;
        Assert.InRange(before, 1 - 1e-7, 1);
        var refused = Assert.Throws<BudgetRefusedException>(() => ledger.Reserve(Request(OneOf(1_000_000))));
        Assert.Contains("'ward-7' was granted ε = 1 at δ = 1E-05", refused.Message, StringComparison.Ordinal);
        Assert.InRange(refused.Refusal.EpsilonAfter!.Value, 1, 1.001);
        var statement = ledger.Statement(Dataset);
        Assert.Equal((before, 4, 1), (statement.EpsilonSpent, statement.Spends, statement.Refusals));
        Assert.Equal(refused.Refusal, ledger.History()[^1]);
    }

    [Fact]
    public void Reserve_UnderAPureGrant_AddsPureReleasesAndRefusesNormalNoise()
    {
        using var ledger = Open();
        Grant(ledger, new(1, 0));
        Assert.Equal(0.75, ledger.Reserve(Request(new PureEvent(0.75))).EpsilonAfter, 1e-12);
        Assert.Null(Assert.Throws<BudgetRefusedException>(() => ledger.Reserve(Request(new GaussianEvent(1000)))).Refusal.EpsilonAfter);
        Assert.Equal(1, ledger.Reserve(Request(new PureEvent(0.25))).EpsilonAfter, 1e-12);
        Assert.Throws<BudgetRefusedException>(() => ledger.Reserve(Request(new PureEvent(1e-6))));
    }

    [Fact]
    public void Reserve_WithoutGrant_IsRefusedAndRecorded()
    {
        using var ledger = Open();
        Grant(ledger);
        var refused = Assert.Throws<BudgetRefusedException>(() => ledger.Reserve(Request(OneOf(100), "ward-8")));
        Assert.Contains("'ward-8' was granted no budget", refused.Message, StringComparison.Ordinal);
        Assert.Equal("ward-8", ledger.History()[^1].Dataset);
        Assert.Equal(["ward-7"], ledger.Datasets());
        Assert.Throws<InvalidDataException>(() => ledger.Statement("ward-8"));
    }

    [Fact]
    public void Reserve_OtherDataset_HasItsOwnBudget()
    {
        using var ledger = Open();
        Grant(ledger);
        Grant(ledger, dataset: "ward-8");
        ledger.Reserve(Request(OneOf(1)));
        Assert.Equal(PrivacyOdometer.EpsilonOf([OneOf(1)], 1e-5), ledger.Reserve(Request(OneOf(1), "ward-8")).EpsilonAfter);
        Assert.Equal(["ward-7", "ward-8"], ledger.Datasets());
    }

    [Theory]
    [InlineData("row", Adjacency.AddRemove)]
    [InlineData("patient_id", Adjacency.ReplaceOne)]
    public void Reserve_OtherUnitOrNeighbours_IsBadInput(string unit, Adjacency adjacency)
    {
        using var ledger = Open();
        Grant(ledger);
        Assert.Throws<InvalidDataException>(() => ledger.Reserve(Request(OneOf(9)) with { PrivacyUnit = unit, Adjacency = adjacency }));
        Assert.Throws<InvalidDataException>(() => ledger.Grant(new(Dataset, unit, adjacency, Total, "owner")));
        Assert.Single(ledger.History());
    }

    [Fact]
    public void Reserve_ReplaceOne_CostsTwiceTheNoise()
    {
        using var ledger = Open();
        ledger.Grant(new(Dataset, "row", Adjacency.ReplaceOne, Total, "owner"));
        var asked = new ReservationRequest(Dataset, "row", Adjacency.ReplaceOne, new GaussianEvent(10), Plan, "analyst");
        Assert.Equal(PrivacyOdometer.EpsilonOf([new GaussianEvent(5)], 1e-5), ledger.Reserve(asked).EpsilonAfter, 1e-9);
    }

    [Fact]
    public void Grant_Again_ReplacesTheTotal()
    {
        using var ledger = Open();
        Grant(ledger);
        ledger.Reserve(Request(OneOf(2)));
        Grant(ledger, new(0.5, 1e-5));
        Assert.Throws<BudgetRefusedException>(() => ledger.Reserve(Request(OneOf(100))));
        Grant(ledger, new(0.9, 1e-5));
        ledger.Reserve(Request(OneOf(100)));
        Assert.Empty(ledger.Verify().Faults);
    }

    [Fact]
    public void Commit_NotOpen_IsRefusedAndNotRecorded()
    {
        using var ledger = Open();
        var grant = Grant(ledger);
        var (committed, settled) = (ledger.Reserve(Request(OneOf(9))).Sequence, ledger.Reserve(Request(OneOf(9))).Sequence);
        var spend = ledger.Commit(committed, "analyst");
        ledger.Settle(settled, SettlementOutcome.Released, "owner", "Never started.");
        foreach (var sequence in new[] { committed, settled, grant.Sequence, spend.Sequence, 0, -1, 99 })
        {
            Assert.Throws<InvalidDataException>(() => ledger.Commit(sequence, "analyst"));
            Assert.Throws<InvalidDataException>(() => ledger.Settle(sequence, SettlementOutcome.Released, "owner", "Once more."));
        }

        Assert.Equal(5, ledger.History().Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\ud800b")]
    public void Texts_NotPlain_AreRefusedAndNotRecorded(string text)
    {
        using var ledger = Open();
        Grant(ledger);
        var open = ledger.Reserve(Request(OneOf(9))).Sequence;
        Assert.Throws<InvalidDataException>(() => Grant(ledger, dataset: text));
        Assert.Throws<InvalidDataException>(() => ledger.Reserve(Request(OneOf(9), text)));
        Assert.Throws<InvalidDataException>(() => ledger.Reserve(Request(OneOf(9)) with { Plan = text }));
        Assert.Throws<InvalidDataException>(() => ledger.Reserve(Request(OneOf(9)) with { Who = text }));
        Assert.Throws<InvalidDataException>(() => ledger.Commit(open, text));
        Assert.Throws<InvalidDataException>(() => ledger.Commit(open, "analyst", text));
        Assert.Throws<InvalidDataException>(() => ledger.Settle(open, SettlementOutcome.Spent, "owner", text));
        Assert.Equal(2, ledger.History().Count);
    }

    [Fact]
    public void Texts_OfAnyAlphabet_ComeBackAndVerify()
    {
        const string Odd = "Station 7, »Ä« '; DROP TABLE quietune_ledger; -- \\u0041 \" & 患者 @key";
        using var ledger = Open();
        var grant = ledger.Grant(new(Odd, Odd, Adjacency.ZeroOut, Total, Odd));
        using var other = Open();
        Assert.Equal(grant, Assert.Single(other.History()));
        Assert.Empty(other.Verify(grant.Position).Faults);
    }

    [Fact]
    public void History_TellsWhatWasReturnedInOrder()
    {
        var clock = new TestClock();
        using var ledger = LedgerStore.Open(Location, clock);
        List<LedgerEntry> expected = [Grant(ledger)];
        clock.Now += TimeSpan.FromHours(1.5);
        var first = ledger.Reserve(Request(new ComposedEvent(OneOf(9), new SelfComposedEvent(OneOf(18), 2))));
        expected.AddRange([first, ledger.Commit(first.Sequence, "analyst", new string('c', 64)), Assert.Throws<BudgetRefusedException>(() => ledger.Reserve(Request(OneOf(1)))).Refusal]);
        var second = ledger.Reserve(Request(OneOf(9)));
        expected.AddRange([second, ledger.Settle(second.Sequence, SettlementOutcome.Spent, "owner", "Unknown.")]);
        var history = ledger.History();
        Assert.Equal(expected, history);
        Assert.Equal(Enumerable.Range(1, 6).Select(i => (long)i), history.Select(entry => entry.Sequence));
        Assert.Equal(TimeSpan.FromHours(1.5), history[1].Time - history[0].Time);
    }

    [Fact]
    public void ReadingWhereNothingIs_IsBadInputAndMakesNothing()
    {
        using var ledger = Open();
        Assert.Throws<InvalidDataException>(() => ledger.Statement(Dataset));
        Assert.Throws<InvalidDataException>(() => ledger.Datasets());
        Assert.Throws<InvalidDataException>(() => ledger.History());
        Assert.Throws<InvalidDataException>(() => ledger.Verify());
        using var other = Open();
        Assert.Throws<InvalidDataException>(() => other.Verify());
    }

    [Fact]
    public void Table_UpdateAndDelete_AreRefusedByTheDatabase()
    {
        using var ledger = Open();
        Grant(ledger);
        Assert.ThrowsAny<System.Data.Common.DbException>(() => Execute("UPDATE quietune_ledger SET hash = hash"));
        Assert.ThrowsAny<System.Data.Common.DbException>(() => Execute("DELETE FROM quietune_ledger"));
    }

    [Fact]
    public void Ledger_ChangedUnderItsUser_IsNotUsed()
    {
        using var ledger = Open();
        Grant(ledger);
        ledger.Reserve(Request(OneOf(1)));
        Execute(Unlock);
        Execute("DELETE FROM quietune_ledger WHERE sequence = 2");
        Assert.Throws<InvalidDataException>(() => ledger.Reserve(Request(OneOf(2))));
        Execute("DELETE FROM quietune_ledger WHERE sequence = 1");
        Assert.Throws<InvalidDataException>(() => ledger.Reserve(Request(OneOf(2))));
    }

    [Fact]
    public void Reserve_ManyThreadsAndConnections_StopExactlyAtTheCap()
    {
        const int Fitting = 30;
        using (var ledger = Open())
        {
            Grant(ledger);
        }

        var refused = 0;
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
        {
            using var ledger = Open();
            for (var i = 0; i < 10; i++)
            {
                try
                {
                    ledger.Reserve(Request(OneOf(Fitting)));
                }
                catch (BudgetRefusedException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        });
        using var after = Open();
        var statement = after.Statement(Dataset);
        Assert.Equal((Fitting, 60 - Fitting, refused), (statement.Open.Count, statement.Refusals, statement.Refusals));
        Assert.InRange(statement.EpsilonSpent, 1 - 1e-7, 1);
    }

    [Fact]
    public void Load_ManyProcesses_NeverPassTheCapAndLoseNothing()
    {
        var result = LoadRun.Run(Location, processes: 4, reservations: 20, fitting: 50);
        Assert.Empty(result.Errors);
        Assert.Equal((50, 50, 30), (result.Reserved, result.Committed, result.Refused));
        Assert.Equal((0, 0, 0), (result.Lost, result.Doubled, result.Open));
        Assert.InRange(result.EpsilonInAll, 1 - 1e-7, 1 + 1e-12);
        Assert.Empty(result.Faults);
    }

    [Fact]
    public void Load_KilledAtAnyMoment_ForgetsNoSpend()
    {
        // Multiples of the golden ratio, modulo 1, spread evenly over a worker's life.
        var moment = 0.0;
        var result = LoadRun.Kill(Location, kills: 8, TimeSpan.FromSeconds(0.1), () => moment = (moment + 0.6180339887) % 1);
        // Seven of the workers live to their first step, however slow the machine; those on a fast one make hundreds.
        Assert.True(result.Reserved >= 7, $"{result.Reserved} reservations");
        Assert.Equal((0, 0), (result.Lost, result.Doubled));
        Assert.Equal(result.Reserved - result.Committed, result.Open);
        Assert.InRange(result.EpsilonSpent / result.EpsilonInAll, 1, 1 + 1e-9);
        Assert.Empty(result.Faults);
    }
}
