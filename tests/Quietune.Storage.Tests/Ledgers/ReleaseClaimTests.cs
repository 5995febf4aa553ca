using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;

namespace Quietune.Storage.Tests.Ledgers;

public sealed class ReleaseClaimTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quietune-claim-");
    private readonly ILedger ledger;
    private readonly ReleaseClaim claim;

    public ReleaseClaimTests()
    {
        ledger = LedgerStore.Open(Path.Combine(folder.FullName, "quietune.db"));
        ledger.Grant(new("ward-7", "row", Adjacency.AddRemove, new(2, 1e-5), "owner"));
        var release = new SelfComposedEvent(new GaussianEvent(10), 4);
        var reservation = ledger.Reserve(new("ward-7", "row", Adjacency.AddRemove, release, new('b', 64), "analyst"));
        var spend = ledger.Commit(reservation.Sequence, "analyst", new('c', 64));
        claim = new("ward-7", "row", Adjacency.AddRemove, new(reservation.EpsilonAfter, 1e-5), release, reservation.Plan, spend.Output, reservation.Position, spend.Position);
    }

    public void Dispose()
    {
        ledger.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Faults_TrueClaim_HasNone() => Assert.Empty(claim.Faults(ledger));

    [Fact]
    public void Faults_PromiseBelowTheEvents_IsFoundWithoutALedger()
    {
        Assert.Contains("above the", Assert.Single((claim with { Promise = new(claim.Promise.Epsilon * 0.999, 1e-5) }).Faults()), StringComparison.Ordinal);
        Assert.Single((claim with { Promise = new(claim.Promise.Epsilon, 0.9e-5) }).Faults());
        Assert.Single((claim with { Event = new SelfComposedEvent(new GaussianEvent(10), 5) }).Faults());
        Assert.Single((claim with { Adjacency = Adjacency.ReplaceOne }).Faults());
        Assert.Empty((claim with { Promise = new(claim.Promise.Epsilon * 1.001, 1e-5) }).Faults());
    }

    [Fact]
    public void Faults_AnyMemberThatTheLedgerDoesNotHold_IsFound()
    {
        foreach (var changed in new[]
        {
            claim with { Dataset = "ward-8" },
            claim with { PrivacyUnit = "patient_id" },
            claim with { Event = new SelfComposedEvent(new GaussianEvent(11), 4) },
            claim with { Plan = new('d', 64) },
            claim with { Output = new('d', 64) },
            claim with { Output = null },
            claim with { Reservation = claim.Spend },
            claim with { Spend = claim.Reservation },
            claim with { Adjacency = Adjacency.ZeroOut },
        })
        {
            Assert.Empty(changed.Faults());
            Assert.NotEmpty(changed.Faults(ledger));
        }

        Assert.Throws<InvalidDataException>(() => (claim with { Spend = claim.Spend with { Hash = new('d', 64) } }).Faults(ledger));
        Assert.Throws<InvalidDataException>(() => (claim with { Reservation = new(99, claim.Reservation.Hash) }).Faults(ledger));
    }

    [Fact]
    public void Faults_SpendOfAnotherReservation_IsFound()
    {
        var other = ledger.Reserve(new("ward-7", "row", Adjacency.AddRemove, claim.Event, claim.Plan, "analyst"));
        var spend = ledger.Commit(other.Sequence, "analyst", claim.Output);
        Assert.Single((claim with { Spend = spend.Position }).Faults(ledger));
    }
}
