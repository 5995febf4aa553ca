using Quietune.Privacy.Accounting;
using Quietune.Privacy.Ledger;

namespace Quietune.Storage.Ledgers;

/// <summary>What a ledger's entries come to for one dataset.</summary>
internal sealed class DatasetAccount
{
    private readonly SortedDictionary<string, (PrivacyEvent Event, int Count)> counting = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, ReservationEntry> open = [];
    private (PrivacyEvent Candidate, long Version, double Epsilon)? considered;
    private long version;

    public GrantEntry? Grant { get; private set; }

    public int Spends { get; private set; }

    public int Refusals { get; private set; }

    public IReadOnlyList<ReservationEntry> Open => [.. open.Values];

    /// <summary>Everything that counts, equal events folded into one, in an order that does not depend on history.</summary>
    public IReadOnlyList<PrivacyEvent> Events => [.. counting.Values.Select(held => held.Count == 1 ? held.Event : new SelfComposedEvent(held.Event, held.Count))];

    public double EpsilonSpent => PrivacyOdometer.EpsilonOf(Events, Grant!.Total.Delta, Grant.Adjacency);

    /// <summary>ε if <paramref name="candidate"/> is released as well; asked again before anything changed, it is not computed again.</summary>
    public double EpsilonWith(PrivacyEvent candidate)
    {
        if (considered is { } known && known.Version == version && known.Candidate == candidate)
        {
            return known.Epsilon;
        }

        var folded = new DatasetAccount();
        foreach (var (key, held) in counting)
        {
            folded.counting.Add(key, held);
        }

        folded.Count(candidate, 1);
        var epsilon = PrivacyOdometer.EpsilonOf(folded.Events, Grant!.Total.Delta, Grant.Adjacency);
        considered = (candidate, version, epsilon);
        return epsilon;
    }

    public void Apply(GrantEntry entry)
    {
        Grant = entry;
        version++;
    }

    public void Apply(ReservationEntry entry)
    {
        Count(entry.Event, 1);
        open.Add(entry.Sequence, entry);
    }

    public void Close(ReservationEntry reservation, bool isReleased)
    {
        open.Remove(reservation.Sequence);
        if (isReleased)
        {
            Count(reservation.Event, -1);
        }
        else
        {
            Spends++;
        }
    }

    public void Refuse() => Refusals++;

    private void Count(PrivacyEvent privacyEvent, int change)
    {
        var key = privacyEvent.ToJson();
        var count = checked(counting.GetValueOrDefault(key).Count + change);
        if (count == 0)
        {
            counting.Remove(key);
        }
        else
        {
            counting[key] = (privacyEvent, count);
        }

        version++;
    }
}
