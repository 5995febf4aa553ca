using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Quietune.Privacy.Ledger;
using Quietune.Storage.Databases;

namespace Quietune.Storage.Ledgers;

/// <summary>A ledger in a SQL database.</summary>
/// <remarks>
/// The object keeps what the entries it has read come to, so that an operation reads only the entries that others have added since.
/// Numbers, hashes and decisions of an append are made inside one transaction that has the ledger to itself.
/// </remarks>
internal sealed class SqlLedger(LedgerDatabase database, TimeProvider clock) : ILedger
{
    // A connection that rested may have been dropped by a firewall on the way, as during hours of tuning.
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private LedgerState state = new();
    private DbConnection? connection;
    private long lastUse;

    public string Name => database.Name;

    public GrantEntry Grant(GrantRequest request)
    {
        var draft = new GrantEntry { Dataset = request.Dataset, Who = request.Who, PrivacyUnit = request.PrivacyUnit, Adjacency = request.Adjacency, Total = request.Total };
        return (GrantEntry)Append(() =>
        {
            state.Granted(request.Dataset, request.PrivacyUnit, request.Adjacency);
            return draft;
        });
    }

    public ReservationEntry Reserve(ReservationRequest request)
    {
        var question = new BudgetQuestion(request);
        var entry = Append(() => question.Answer(state), ahead: () => question.Answer(state));
        return entry is RefusalEntry refusal ? throw new BudgetRefusedException(refusal) : (ReservationEntry)entry;
    }

    public SpendEntry Commit(long reservation, string who, string? output = null) => (SpendEntry)Append(
        () => new SpendEntry { Dataset = state.OpenReservation(reservation).Dataset, Who = who, Reservation = reservation, Output = output });

    public SettlementEntry Settle(long reservation, SettlementOutcome outcome, string who, string reason) => (SettlementEntry)Append(
        () => new SettlementEntry { Dataset = state.OpenReservation(reservation).Dataset, Who = who, Reservation = reservation, Outcome = outcome, Reason = reason });

    public BudgetStatement Statement(string dataset) => Use(create: false, () =>
    {
        CatchUp(null);
        return state.Accounts.GetValueOrDefault(dataset) is { Grant: { } grant } account
            ? new BudgetStatement(grant, account.EpsilonSpent, account.Spends, account.Open, account.Refusals)
            : throw new InvalidDataException($"{Name}: nothing was granted for dataset '{dataset}'.");
    });

    public IReadOnlyList<string> Datasets() => Use<IReadOnlyList<string>>(create: false, () =>
    {
        CatchUp(null);
        return [.. state.Accounts.Where(account => account.Value.Grant is not null).Select(account => account.Key)];
    });

    public IReadOnlyList<LedgerEntry> History() => Use<IReadOnlyList<LedgerEntry>>(create: false, () =>
    {
        var fresh = new LedgerState();
        var entries = new List<LedgerEntry>();
        foreach (var row in LedgerDatabase.Read(connection!, null, from: 0))
        {
            Believe(fresh, row);
            entries.Add(LedgerEntry.FromJson(row.Entry));
        }

        return entries;
    });

    public LedgerEntry Find(LedgerPosition position) => History().FirstOrDefault(entry => entry.Sequence == position.Sequence) is { } found && found.Position == position
        ? found
        : throw new InvalidDataException($"{Name}: expected entry {position.Sequence} with hash {position.Hash}, got another or none.");

    public LedgerVerification Verify(params IReadOnlyList<LedgerPosition> known) =>
        Use(create: false, () => LedgerAudit.Run(LedgerDatabase.Read(connection!, null, from: long.MinValue), known));

    public void Dispose()
    {
        lock (gate)
        {
            Disconnect();
        }
    }

    /// <summary>Adds the entry that <paramref name="decide"/> makes of the state, with its number, time and hash; durable on return.</summary>
    /// <param name="decide">Runs while nobody else can append.</param>
    /// <param name="ahead">Work that can be done before that, on the state as it then is.</param>
    private LedgerEntry Append(Func<LedgerEntry> decide, Action? ahead = null) => Use(create: true, () =>
    {
        if (database.HasTable(connection!))
        {
            CatchUp(null);
            ahead?.Invoke();
        }

        using var transaction = database.BeginAlone(connection!);
        CatchUp(transaction);
        var entry = decide() with { Sequence = state.Head.Sequence + 1, Previous = state.Head.Hash, Time = clock.GetUtcNow() };
        var position = entry.Position;
        var next = new StoredEntry(position.Sequence, entry.ToJson(), position.Hash);
        LedgerDatabase.Insert(connection!, transaction, next);
        transaction.Commit();
        Believe(state, next);
        return entry;
    });

    private void CatchUp(DbTransaction? transaction)
    {
        var last = state.Head;
        var isLast = last.Sequence > 0;
        foreach (var row in LedgerDatabase.Read(connection!, transaction, last.Sequence))
        {
            if (!isLast)
            {
                Believe(state, row);
            }
            else if (row.Sequence == last.Sequence && row.Hash == last.Hash)
            {
                isLast = false;
            }
            else
            {
                break;
            }
        }

        if (isLast)
        {
            throw new InvalidDataException($"{Name}: entry {last.Sequence} was changed or removed while the ledger was in use; see 'quietune ledger verify'.");
        }
    }

    private void Believe(LedgerState into, StoredEntry row)
    {
        try
        {
            into.Accept(row);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{Name}: {fault.Message.TrimEnd('.')}; see 'quietune ledger verify'.", fault);
        }
    }

    private T Use<T>(bool create, Func<T> work)
    {
        lock (gate)
        {
            try
            {
                if (connection is null || connection.State != ConnectionState.Open || clock.GetElapsedTime(lastUse) > LongestRest)
                {
                    Disconnect();
                    connection = database.Connect(create);
                }

                if (!create && !database.HasTable(connection))
                {
                    throw new InvalidDataException($"{Name}: expected a ledger, but nothing was ever entered there; 'quietune ledger grant' makes one.");
                }

                var result = work();
                lastUse = clock.GetTimestamp();
                return result;
            }
            catch (DbException failure)
            {
                Disconnect();
                throw database.Explain(failure);
            }
            catch (Exception failure) when (failure is SocketException or TimeoutException)
            {
                Disconnect();
                throw new IOException($"{Name}: the ledger's server cannot be reached: {failure.Message.TrimEnd('.')}.", failure);
            }
        }
    }

    private void Disconnect()
    {
        connection?.Dispose();
        connection = null;
    }
}
