using BktSmart.Silo.Migration;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class MigratorTest(TestServer server)
{
    [Fact]
    public async Task MigrateAsync_FourAtOnceAndOnceMore_AppliesEachFileOnce()
    {
        var database = await server.CreateEmptyAsync();
        try
        {
            await using var owner = NpgsqlDataSource.Create(database.OwnerConnectionString);
            var missing = await Migrator.FindMissingAsync(owner, CancellationToken.None);
            var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Migrator(owner).MigrateAsync(CancellationToken.None)));
            Assert.Equal(missing, applied.SelectMany(names => names).Order());
            Assert.Empty(await new Migrator(owner).MigrateAsync(CancellationToken.None));
            Assert.Empty(await Migrator.FindMissingAsync(owner, CancellationToken.None));
        }
        finally
        {
            await database.DropAsync();
            await database.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("2026-11-20", "2026-11-20")] // a Friday
    [InlineData("2026-11-21", "2026-11-24")] // weekend, then Alphabet Day observed on Monday
    [InlineData("2026-11-28", "2026-12-02")] // Independence and Liberation Day on a weekend: Monday and Tuesday
    [InlineData("2026-12-25", "2026-12-28")]
    public async Task NextBusinessDay_WeekendOrHoliday_IsTheNextDayOfWork(string day, string expected)
    {
        var database = await server.CreateDatabaseAsync();
        Assert.Equal(
            DateOnly.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            await TestDatabase.ReadAsync<DateOnly>(database.Owner, $"select bank.next_business_day('{day}')"));
    }
}
