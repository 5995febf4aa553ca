using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Quietune.Privacy.Ledger;
using Quietune.Storage.Databases;

namespace Quietune.Storage.Tests.Ledgers;

public abstract partial class LedgerContract
{
    [Fact]
    public void Verify_IntactLedger_FindsNothingAndGivesTheHead()
    {
        using var ledger = Filled();
        var history = ledger.History();
        var found = ledger.Verify([.. history.Select(entry => entry.Position)]);
        Assert.Empty(found.Faults);
        Assert.True(found.IsIntact);
        Assert.Equal(history[^1].Position, found.Head);
        Assert.Equal(history[3], ledger.Find(history[3].Position));
        Assert.Throws<InvalidDataException>(() => ledger.Find(history[3].Position with { Hash = history[2].Position.Hash }));
        Assert.Throws<InvalidDataException>(() => ledger.Find(new(99, history[3].Position.Hash)));
    }

    [Fact]
    public void Reserve_AfterAnEntryWasEdited_WritesNothing()
    {
        var rows = Rows();
        var cheaper = rows[1].Entry.Replace("\"noiseMultiplier\":", "\"noiseMultiplier\":9", StringComparison.Ordinal);
        Assert.NotEqual(rows[1].Entry, cheaper);
        Audit(With(rows, 1, rows[1] with { Entry = cheaper }));
        using var ledger = Open();
        Assert.Contains("Entry 2", Assert.Throws<InvalidDataException>(() => ledger.Reserve(Request(OneOf(100)))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => ledger.Statement(Dataset));
        using var connection = Database.Connect(create: false);
        Assert.Equal(rows.Count, LedgerDatabase.Read(connection, null, 0).Count());
    }

    [Fact]
    public void Verify_AnyColumnOfAnyRowEdited_IsFound()
    {
        var rows = Rows();
        for (var i = 0; i < rows.Count; i++)
        {
            // Sequence numbers within, before and behind the others; a letter of the entry; a digit of the hash.
            AssertFound(rows, With(rows, i, rows[i] with { Sequence = rows[i].Sequence + 100 }), $"sequence of {i}");
            AssertFound(rows, With(rows, i, rows[i] with { Sequence = -rows[i].Sequence }), $"negative sequence of {i}");
            AssertFound(rows, With(rows, i, rows[i] with { Entry = rows[i].Entry + " " }), $"space behind entry {i}");
            AssertFound(rows, With(rows, i, rows[i] with { Entry = "" }), $"no entry {i}");
            for (var digit = 0; digit < 64; digit += 21)
            {
                AssertFound(rows, With(rows, i, rows[i] with { Hash = Turned(rows[i].Hash, digit) }), $"digit {digit} of hash {i}");
            }

            AssertFound(rows, With(rows, i, rows[i] with { Hash = rows[i].Hash.ToUpperInvariant() }), $"case of hash {i}");
        }
    }

    [Fact]
    public void Verify_AnyMemberOfAnyEntryEdited_IsFoundEvenIfItsHashIsMadeToFit()
    {
        var rows = Rows();
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var (member, value) in JsonNode.Parse(rows[i].Entry)!.AsObject())
            {
                var edited = JsonNode.Parse(rows[i].Entry)!.AsObject();
                edited[member] = value switch
                {
                    JsonValue text when text.TryGetValue<string>(out var old) => old.Length == 64 ? Turned(old, 5) : old + "x",
                    JsonValue number when number.TryGetValue<double>(out var old) => old / 2,
                    null => 1,
                    _ => JsonNode.Parse(value.ToJsonString().Replace('1', '2').Replace('0', '1')),
                };
                var content = CanonicalJson.Write(edited.ToJsonString());
                AssertFound(rows, With(rows, i, rows[i] with { Entry = content }), $"{member} of {i}");
                AssertFound(rows, With(rows, i, rows[i] with { Entry = content, Hash = HashOf(content) }), $"{member} of {i}, hashed");
            }
        }
    }

    [Fact]
    public void Verify_AnyRowRemovedSwappedOrInserted_IsFound()
    {
        var rows = Rows();
        for (var i = 0; i < rows.Count; i++)
        {
            AssertFound(rows, [.. rows.Where((_, j) => j != i)], $"without {i}");
            AssertFound(rows, [.. rows.Where((_, j) => j != i).Select((row, j) => row with { Sequence = j + 1 })], $"without {i}, closed up");
            for (var j = 0; j < i; j++)
            {
                var swapped = With(With(rows, i, rows[j] with { Sequence = rows[i].Sequence }), j, rows[i] with { Sequence = rows[j].Sequence });
                AssertFound(rows, swapped, $"{i} and {j} swapped");
            }

            AssertFound(rows, [.. rows.Take(i), rows[i], .. rows.Skip(i).Select(row => row with { Sequence = row.Sequence + 1 })], $"{i} twice");
        }

        AssertFound(rows, [.. rows, rows[^1] with { Sequence = 0 }], "a row before the first");
    }

    [Fact]
    public void Verify_ChainForgedToTheEnd_IsFoundByAPositionThatWasKept()
    {
        var rows = Rows();
        for (var i = 0; i < rows.Count; i++)
        {
            // Whoever may write to the table can also hash anew; only a hash kept elsewhere shows it.
            var (forged, previous) = (new List<StoredEntry>(rows.Take(i)), i == 0 ? LedgerPosition.Start.Hash : rows[i - 1].Hash);
            for (var j = i; j < rows.Count; j++)
            {
                var entry = LedgerEntry.FromJson(rows[j].Entry) with { Previous = previous, Who = i == j ? "somebody else" : LedgerEntry.FromJson(rows[j].Entry).Who };
                forged.Add(new(rows[j].Sequence, entry.ToJson(), entry.Position.Hash));
                previous = entry.Position.Hash;
            }

            AssertFound(rows, forged, $"forged from {i}");
        }
    }

    [Fact]
    public void Verify_ForgedReservationPastTheCap_IsFoundWithoutAnyKeptPosition()
    {
        var rows = Rows();
        var forged = new ReservationEntry
        {
            Sequence = rows.Count + 1,
            Previous = rows[^1].Hash,
            Dataset = Dataset,
            Who = "somebody else",
            Event = OneOf(1),
            Plan = Plan,
            Process = "host/1",
            EpsilonAfter = 0.5,
        };
        Assert.Contains("above the grant", Assert.Single(Audit([.. rows, new(forged.Sequence, forged.ToJson(), forged.Position.Hash)])), StringComparison.Ordinal);
        var again = new SpendEntry { Sequence = rows.Count + 1, Previous = rows[^1].Hash, Dataset = Dataset, Who = "somebody else", Reservation = 2 };
        Assert.Contains("already committed", Assert.Single(Audit([.. rows, new(again.Sequence, again.ToJson(), again.Position.Hash)])), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_CapRaisedAfterwards_DoesNotHideThatItWasPassed()
    {
        // Without the grant in the third entry, the reservation in the second was never covered.
        var rows = new List<StoredEntry>();
        void Add(LedgerEntry entry)
        {
            var chained = entry with { Sequence = rows.Count + 1, Previous = rows.Count == 0 ? LedgerPosition.Start.Hash : rows[^1].Hash };
            rows.Add(new(chained.Sequence, chained.ToJson(), chained.Position.Hash));
        }

        var history = Rows().Select(row => LedgerEntry.FromJson(row.Entry)).ToArray();
        var grant = (GrantEntry)history[0];
        Add(grant);
        Add((ReservationEntry)history[1] with { Event = OneOf(1) });
        Add((ReservationEntry)history[1]);
        Add(grant with { Total = new(8, 1e-5) });
        Assert.Contains("above the grant", Assert.Single(Audit(rows)), StringComparison.Ordinal);
    }

    private static string HashOf(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    private static string Turned(string hex, int digit) => $"{hex[..digit]}{(hex[digit] == '0' ? '1' : '0')}{hex[(digit + 1)..]}";

    private static List<StoredEntry> With(IReadOnlyList<StoredEntry> rows, int index, StoredEntry row) => [.. rows.Take(index), row, .. rows.Skip(index + 1)];

    /// <summary>A ledger with every kind of entry and two datasets.</summary>
    private ILedger Filled()
    {
        var ledger = Open();
        Grant(ledger);
        var first = ledger.Reserve(Request(OneOf(4)));
        ledger.Commit(first.Sequence, "analyst", new string('c', 64));
        Grant(ledger, dataset: "ward-8");
        var second = ledger.Reserve(Request(OneOf(4)));
        Assert.Throws<BudgetRefusedException>(() => ledger.Reserve(Request(OneOf(1))));
        ledger.Settle(second.Sequence, SettlementOutcome.Spent, "owner", "Its process died.");
        ledger.Reserve(Request(OneOf(9), "ward-8"));
        return ledger;
    }

    private IReadOnlyList<StoredEntry> Rows()
    {
        using (Filled())
        {
            Execute(Unlock);
        }

        using var connection = Database.Connect(create: false);
        return [.. LedgerDatabase.Read(connection, null, 0)];
    }

    /// <summary>Puts other rows into the table and tells what a check of it finds.</summary>
    private IReadOnlyList<string> Audit(IReadOnlyList<StoredEntry> rows, params IReadOnlyList<LedgerPosition> known)
    {
        using (var connection = Database.Connect(create: false))
        {
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "DELETE FROM quietune_ledger";
            command.ExecuteNonQuery();
            foreach (var row in rows)
            {
                LedgerDatabase.Insert(connection, transaction, row);
            }

            transaction.Commit();
        }

        using var ledger = Open();
        return ledger.Verify(known).Faults;
    }

    private void AssertFound(IReadOnlyList<StoredEntry> original, IReadOnlyList<StoredEntry> changed, string change) =>
        Assert.True(Audit(changed, new LedgerPosition(original[^1].Sequence, original[^1].Hash)).Count > 0, $"Not found: {change}.");
}
