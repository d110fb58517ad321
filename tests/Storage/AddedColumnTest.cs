using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>A migration adds a column to the accounts while somebody waits for them.</summary>
public sealed class AddedColumnTest(TestServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostAsync_ColumnIsAddedWhileItWaits_Books()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await using var store = bank.NewPatientStore();
        var poster = bank.PosterOf(store, bank.Cache);
        await poster.PostAsync([Bank.Payment(from, to, 1)], Stop);
        await using var owner = await bank.Database.Owner.OpenConnectionAsync(Stop);
        await using var migration = await owner.BeginTransactionAsync(Stop);
        await ExecuteAsync(owner, "alter table bank.account add column colour text");
        var posting = poster.PostAsync([Bank.Payment(from, to, 1)], Stop);
        await TestDatabase.WaitForLockAsync(bank.Database.Corruptor, posting);
        await migration.CommitAsync(Stop);
        Assert.Null(Assert.Single((await posting).Decisions).Refusal);
        await bank.AssertSoundAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
