using BktSmart.Silo.Migration;
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

    /// <summary>As the version before calls it, which does not keep the columns.</summary>
    [Fact]
    public async Task LockAccounts_RiskIsAddedWhileTheVersionBeforeWaits_GivesItsRows()
    {
        await using var database = await server.CreateEmptyAsync();
        try
        {
            await using var owner = NpgsqlDataSource.Create(database.OwnerConnectionString);
            await SchemaBefore.ApplyAsync(owner, 1, SchemaBefore.Last);
            var files = MigrationFiles.Embedded;
            await using var connection = await owner.OpenConnectionAsync(Stop);
            foreach (var file in files.Numbered.Skip(SchemaBefore.Last).TakeWhile(file => file.Name != "0042_raised_risk.sql"))
                await ExecuteAsync(connection, files.Expand(file));
            // It knows the function already, and so looks at the table in it only.
            await using var silo = await owner.OpenConnectionAsync(Stop);
            Assert.Equal("ALL", await LockAsync());
            await using var migration = await connection.BeginTransactionAsync(Stop);
            await ExecuteAsync(connection, files.Expand(files.Numbered.Single(file => file.Name == "0042_raised_risk.sql")));
            var locking = LockAsync();
            await TestDatabase.WaitForLockAsync(owner, locking);
            await migration.CommitAsync(Stop);
            Assert.Equal("ALL", await locking);

            async Task<string> LockAsync()
            {
                await using var command = new NpgsqlCommand("select currency from bank.lock_accounts(array[1::bigint])", silo);
                return (string)(await command.ExecuteScalarAsync(Stop))!;
            }
        }
        finally
        {
            await database.DropAsync(Stop);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
