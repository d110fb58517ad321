using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class LedgerRehearsalTest(TestServer server)
{
    [Fact]
    public async Task RehearseAsync_NewSilo_ComesToTheLastFenceAndLeavesNoTrace()
    {
        var bank = await Bank.StillAsync(await server.CreateDatabaseAsync());
        var (payer, payee) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        var poster = bank.OtherPoster();
        var batches = await CountBatchesAsync();
        await poster.RehearseAsync(CancellationToken.None);
        Assert.Equal(batches, await CountBatchesAsync());
        await bank.BookAsync(Bank.Payment(payer, payee, 10), poster);
        await bank.AssertSoundAsync();

        Task<long> CountBatchesAsync() => TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.batch");
    }

    /// <summary>The batches will say what is wrong with the database.</summary>
    [Fact]
    public async Task Start_DatabaseDoesNotAnswer_GoesOnAndSaysSo()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
        await using var store = new LedgerStore(nowhere, new LedgerIdentity("test"), Options.Create(new LedgerOptions()));
        var logged = new List<EventId>();
        using var lifecycle = new Lifecycle();
        new LedgerRehearsal(
            new LedgerPoster(store, Bank.NewCache(), TimeProvider.System, TestPayments.Free), TimeProvider.System,
            new TestLogger<LedgerRehearsal>(logged.Add)).Participate(lifecycle);
        await lifecycle.Observer!.OnStart(CancellationToken.None);
        Assert.Equal([1013], logged.Select(id => id.Id));
    }
}
