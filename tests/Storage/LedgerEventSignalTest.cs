using BktSmart.Dev;
using BktSmart.Dev.Processes;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Storage;

public sealed class LedgerEventSignalTest(TestServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Set_TwoSilos_WakesTheReadersOfBothOnce()
    {
        var database = (await server.CreateDatabaseAsync()).Silo;
        await using var one = new Silo(database);
        await using var other = new Silo(database);
        while (await TestDatabase.ReadAsync<long>(database, """
            select count(*)
              from pg_stat_activity
             where datname = current_database() and query = 'listen ledger_event' and state = 'idle'
            """) < 2)
            await Task.Yield();

        one.Signal.Set(1 << 3);
        Assert.True(await one.Signal.WaitAsync(3, Patience, CancellationToken.None));
        Assert.True(await other.Signal.WaitAsync(3, Patience, CancellationToken.None));
        Assert.False(await other.Signal.WaitAsync(4, TimeSpan.Zero, CancellationToken.None));

        // Notifications come in the order of their commits: after this one, the first silo has also seen its own.
        other.Signal.Set(CustomerNumber.From(100_000_013));
        Assert.True(await one.Signal.WaitAsync(5, Patience, CancellationToken.None));
        Assert.False(await one.Signal.WaitAsync(3, TimeSpan.Zero, CancellationToken.None), "its own notification woke the readers again");
    }

    private sealed class Silo : IAsyncDisposable
    {
        private readonly Lifecycle _lifecycle = new();

        public Silo(Npgsql.NpgsqlDataSource database)
        {
            Signal = new LedgerEventSignal(
                database, Options.Create(new LedgerEventOptions()), TimeProvider.System, TestLog.Current.CreateLogger<LedgerEventSignal>());
            Signal.Participate(_lifecycle);
            _lifecycle.Observer!.OnStart(CancellationToken.None).GetAwaiter().GetResult();
        }

        public LedgerEventSignal Signal { get; }

        public async ValueTask DisposeAsync()
        {
            await _lifecycle.Observer!.OnStop(CancellationToken.None);
            Signal.Dispose();
        }
    }
}
