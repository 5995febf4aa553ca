using Quietune.Storage.Databases;

namespace Quietune.Storage.Tests;

public sealed class LedgerStoreTests
{
    [Theory]
    [InlineData("postgres://ann:s%40same@db.example:5433/budgets?sslmode=Require", "postgres://db.example:5433/budgets")]
    [InlineData("postgresql:///budgets?host=/tmp/socket&user=ann", "postgres:///tmp/socket:5432/budgets")]
    [InlineData("postgres://db.example", "postgres://db.example:5432/")]
    [InlineData("Host=db.example;Database=budgets;Username=ann;Password=s@same", "postgres://db.example:5432/budgets")]
    [InlineData("server = db.example ; database = budgets", "postgres://db.example:5432/budgets")]
    [InlineData("quietune.db", "quietune.db")]
    [InlineData("C:\\ledgers\\a=b.db", "C:\\ledgers\\a=b.db")]
    public void Open_Location_NamesThePlaceWithoutThePassword(string location, string name)
    {
        using var ledger = LedgerStore.Open(location);
        Assert.Equal(name, ledger.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("postgres://ann:sesame@db/budgets?colour=sesame")]
    [InlineData("postgres://ann:sesame@db:port/budgets")]
    [InlineData("Host=db;Password=sesame;Colour=sesame")]
    [InlineData("Host=db;Port=sesame")]
    public void Open_NoLocation_IsBadInputThatKeepsThePassword(string location) =>
        Assert.DoesNotContain("sesame", Assert.Throws<InvalidDataException>(() => LedgerStore.Open(location)).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_AddressWithPassword_DecodesIt() =>
        Assert.Contains("s@same", PostgresLocation.ConnectionString("postgres://ann:s%40same@db.example/budgets"), StringComparison.Ordinal);
}
