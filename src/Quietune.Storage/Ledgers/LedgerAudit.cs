using Quietune.Privacy.Ledger;
using Quietune.Storage.Databases;

namespace Quietune.Storage.Ledgers;

/// <summary>Reads a whole ledger and collects what is wrong with it.</summary>
internal static class LedgerAudit
{
    private const int MostFaults = 50;

    // The accountant's last digits may differ between versions; a cap that was passed by a release was passed by far more.
    private const double Slack = 1e-9;

    public static LedgerVerification Run(IEnumerable<StoredEntry> rows, IReadOnlyList<LedgerPosition> known)
    {
        var state = new LedgerState();
        var faults = new List<string>();
        var grown = new HashSet<string>();
        var wanted = known.ToLookup(position => position.Sequence);
        foreach (var row in rows)
        {
            Collect(faults, () => Take(state, row, grown, faults));
            state.Head = new(row.Sequence, row.Hash);
            faults.AddRange(wanted[row.Sequence].Where(position => position.Hash != row.Hash)
                .Select(position => $"Entry {row.Sequence} is another than the one with hash {position.Hash} that was kept."));
        }

        foreach (var dataset in grown)
        {
            CheckCap(state, dataset, faults);
        }

        faults.AddRange(known.Where(position => position.Sequence > state.Head.Sequence)
            .Select(position => $"Entry {position.Sequence} with hash {position.Hash} was kept, but the ledger ends at entry {state.Head.Sequence}: its end was cut off."));
        return new(state.Head, faults.Count <= MostFaults ? faults : [.. faults.Take(MostFaults), $"There are {faults.Count - MostFaults} more faults."]);
    }

    // Between grants and releases what counts only grows, so the cap holds all the way if it holds at the end of each such stretch.
    private static void Take(LedgerState state, StoredEntry row, HashSet<string> grown, List<string> faults)
    {
        LedgerEntry entry;
        try
        {
            entry = state.Chained(row);
        }
        catch (InvalidDataException fault)
        {
            faults.Add(fault.Message);

            // What the row says still matters to the rows behind it, if it says anything.
            entry = LedgerEntry.FromJson(row.Entry);
        }

        if (entry.ToJson() != row.Entry)
        {
            faults.Add($"Entry {row.Sequence} is not what was written: its content is not in canonical form.");
        }

        if (entry is GrantEntry or SettlementEntry { Outcome: SettlementOutcome.Released } && grown.Remove(entry.Dataset))
        {
            CheckCap(state, entry.Dataset, faults);
        }

        state.Apply(entry);
        if (entry is ReservationEntry)
        {
            grown.Add(entry.Dataset);
        }
    }

    private static void CheckCap(LedgerState state, string dataset, List<string> faults) => Collect(faults, () =>
    {
        var account = state.Accounts[dataset];
        var cap = account.Grant!.Total;
        var spent = account.EpsilonSpent;
        if (!(spent <= cap.Epsilon * (1 + Slack)))
        {
            faults.Add($"Dataset '{dataset}' has reservations of ε = {spent:G10} at δ = {cap.Delta}, above the grant of ε = {cap.Epsilon} (entry {account.Grant.Sequence}).");
        }
    });

    private static void Collect(List<string> faults, Action check)
    {
        try
        {
            check();
        }
        catch (Exception fault) when (fault is InvalidDataException or Privacy.Accounting.UnsupportedEventException)
        {
            faults.Add(fault.Message);
        }
    }
}
