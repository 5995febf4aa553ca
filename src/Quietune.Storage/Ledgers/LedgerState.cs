using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;
using Quietune.Storage.Databases;

namespace Quietune.Storage.Ledgers;

/// <summary>What the entries of a ledger come to, read one after the other; nothing is believed before chain and rules are checked.</summary>
internal sealed class LedgerState
{
    private readonly SortedDictionary<string, DatasetAccount> accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<long, ReservationEntry> reservations = [];
    private readonly HashSet<long> closed = [];

    /// <summary>The last entry that was read.</summary>
    public LedgerPosition Head { get; set; } = LedgerPosition.Start;

    public IReadOnlyDictionary<string, DatasetAccount> Accounts => accounts;

    /// <summary>Reads the next row.</summary>
    /// <exception cref="InvalidDataException">The row breaks the chain or a rule; nothing changed.</exception>
    public void Accept(StoredEntry row)
    {
        var entry = Chained(row);
        Apply(entry);
        Head = new(row.Sequence, row.Hash);
    }

    /// <summary>The entry in <paramref name="row"/>, if the row is the one that must follow.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public LedgerEntry Chained(StoredEntry row)
    {
        if (row.Sequence != Head.Sequence + 1)
        {
            throw Fault(row.Sequence, $"entry {Head.Sequence + 1} must stand here, so rows were removed or inserted");
        }

        if (Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(row.Entry))) != row.Hash)
        {
            throw Fault(row.Sequence, "its content does not have its hash, so it was edited");
        }

        var entry = LedgerEntry.FromJson(row.Entry);
        return entry.Sequence != row.Sequence ? throw Fault(row.Sequence, $"its content is that of entry {entry.Sequence}, so it was moved")
            : entry.Previous != Head.Hash ? throw Fault(row.Sequence, "it does not follow the entry before it, which was edited or replaced")
            : entry;
    }

    /// <summary>Whether a reservation is there and still open.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public ReservationEntry OpenReservation(long sequence) =>
        !reservations.TryGetValue(sequence, out var reservation) ? throw new InvalidDataException($"Expected the sequence number of a reservation, got {sequence}.")
        : closed.Contains(sequence) ? throw new InvalidDataException($"Expected an open reservation, but reservation {sequence} was already committed or settled.")
        : reservation;

    /// <summary>Takes an entry in.</summary>
    /// <exception cref="InvalidDataException">It breaks a rule; nothing changed.</exception>
    public void Apply(LedgerEntry entry)
    {
        switch (entry)
        {
            case GrantEntry grant:
                Granted(grant.Dataset, grant.PrivacyUnit, grant.Adjacency);
                Account(grant.Dataset).Apply(grant);
                break;
            case ReservationEntry reservation:
                var account = accounts.GetValueOrDefault(reservation.Dataset) is { Grant: not null } granted ? granted
                    : throw Fault(reservation.Sequence, $"it reserves from dataset '{reservation.Dataset}', which has no grant");
                if (!reservations.TryAdd(reservation.Sequence, reservation))
                {
                    throw Fault(reservation.Sequence, "its content stands in the ledger twice");
                }

                account.Apply(reservation);
                break;
            case SpendEntry spend:
                Close(spend, spend.Reservation, isReleased: false);
                break;
            case SettlementEntry settlement:
                Close(settlement, settlement.Reservation, settlement.Outcome == SettlementOutcome.Released);
                break;
            default:
                Account(entry.Dataset).Refuse();
                break;
        }
    }

    /// <summary>Checks that a dataset is granted, if at all, by this unit and relation.</summary>
    /// <exception cref="InvalidDataException">It is granted by others.</exception>
    public void Granted(string dataset, string privacyUnit, Adjacency adjacency)
    {
        if (accounts.GetValueOrDefault(dataset)?.Grant is { } grant && (grant.PrivacyUnit != privacyUnit || grant.Adjacency != adjacency))
        {
            throw new InvalidDataException(
                $"Dataset '{dataset}' is accounted by privacy unit '{grant.PrivacyUnit}' and {Word(grant.Adjacency)} neighbours, got '{privacyUnit}' and {Word(adjacency)}, under which spends would not add up.");
        }
    }

    private static string Word(Adjacency adjacency) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{adjacency}");

    private static InvalidDataException Fault(long sequence, string sentence) => new($"Entry {sequence} is not what was written: {sentence}.");

    private void Close(LedgerEntry entry, long sequence, bool isReleased)
    {
        var reservation = OpenReservation(sequence);
        if (reservation.Dataset != entry.Dataset)
        {
            throw Fault(entry.Sequence, $"it closes reservation {sequence} of another dataset");
        }

        closed.Add(sequence);
        accounts[entry.Dataset].Close(reservation, isReleased);
    }

    private DatasetAccount Account(string dataset)
    {
        if (!accounts.TryGetValue(dataset, out var account))
        {
            accounts.Add(dataset, account = new());
        }

        return account;
    }
}
