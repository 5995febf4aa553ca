using System.Security.Cryptography;
using System.Text;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;

namespace Quietune.Privacy.Tests.Ledger;

public sealed class LedgerEntryTests
{
    private static readonly ReservationEntry Entry = new()
    {
        Sequence = 2,
        Previous = new('a', 64),
        Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Who = "analyst",
        Dataset = "ward-7",
        Event = new ComposedEvent(new GaussianEvent(4.5), new SelfComposedEvent(new PoissonSampledEvent(0.01, new GaussianEvent(1)), 100)),
        Plan = new('b', 64),
        Process = "host/17",
        EpsilonAfter = 0.75,
    };

    // The form must never change: it is what every ledger's hashes stand on.
    private const string Json =
        """{"dataset":"ward-7","epsilonAfter":0.75,"event":{"event":"composed","events":[{"event":"gaussian","noiseMultiplier":4.5},{"count":100,"event":"self-composed","inner":{"event":"poisson-sampled","inner":{"event":"gaussian","noiseMultiplier":1},"samplingRate":0.01}}]},"kind":"reservation","plan":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","previous":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","process":"host/17","sequence":2,"time":"2026-03-01T12:00:00+00:00","who":"analyst"}""";

    [Fact]
    public void ToJson_IsTheFormThatHashesStandOn()
    {
        Assert.Equal(Json, Entry.ToJson());
        Assert.Equal(new LedgerPosition(2, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Json)))), Entry.Position);
        Assert.Equal(Entry, LedgerEntry.FromJson(Json));
    }

    public static TheoryData<LedgerEntry> Kinds { get; } =
    [
        new GrantEntry { Who = "o", Dataset = "d", PrivacyUnit = "row", Adjacency = Adjacency.ReplaceOne, Total = new(1, 1e-5) },
        new SpendEntry { Who = "o", Dataset = "d", Reservation = 3, Output = new('c', 64) },
        new SpendEntry { Who = "o", Dataset = "d", Reservation = 3 },
        new RefusalEntry { Who = "o", Dataset = "d", Event = new PureEvent(0.1), Plan = new('b', 64), Reason = "No.", EpsilonAfter = 0.1 + 0.2 },
        new SettlementEntry { Who = "o", Dataset = "d", Reservation = 3, Outcome = SettlementOutcome.Released, Reason = "Never opened." },
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void FromJson_OfEveryKind_GivesTheEntryBack(LedgerEntry entry) => Assert.Equal(entry, LedgerEntry.FromJson(entry.ToJson()));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("""{"kind":"gift"}""")]
    [InlineData("""{"kind":"spend","sequence":1,"previous":"","time":"2026-03-01T12:00:00Z","who":"a","dataset":"d"}""")]
    [InlineData("""{"kind":"spend","reservation":1,"previous":"","time":"2026-03-01T12:00:00Z","who":"a","dataset":"d"}""")]
    [InlineData("""{"kind":"spend","reservation":1,"sequence":1,"previous":"","time":"2026-03-01T12:00:00Z","who":"a","dataset":"d","more":1}""")]
    [InlineData("""{"kind":"spend","reservation":1,"sequence":1,"sequence":1,"previous":"","time":"2026-03-01T12:00:00Z","who":"a","dataset":"d"}""")]
    [InlineData("""{"kind":"settlement","reservation":1,"outcome":1,"reason":"r","sequence":1,"previous":"","time":"2026-03-01T12:00:00Z","who":"a","dataset":"d"}""")]
    [InlineData("""{"kind":"grant","privacyUnit":"row","adjacency":"add-remove","total":{"epsilon":1},"sequence":1,"previous":"","time":"2026-03-01T12:00:00Z","who":"a","dataset":"d"}""")]
    public void FromJson_NotAnEntry_IsRefused(string json) => Assert.Throws<InvalidDataException>(() => LedgerEntry.FromJson(json));

    [Fact]
    public void Position_WrittenAndRead_IsTheSame()
    {
        Assert.Equal(Entry.Position, LedgerPosition.Parse(Entry.Position.ToString()));
        foreach (var text in new[] { "", "2", "2:abc", $"-2:{new string('a', 64)}", $"2:{new string('A', 64)}", $"2:{new string('a', 64)}:" })
        {
            Assert.Throws<InvalidDataException>(() => LedgerPosition.Parse(text));
        }
    }
}
