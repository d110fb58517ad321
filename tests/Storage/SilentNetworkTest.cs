using BktSmart.Silo.Hosting;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>The network swallows the connections of a silo, and nobody ends them.</summary>
public sealed class SilentNetworkTest(TestServer server)
{
    /// <summary>Npgsql itself waits for half a minute.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Statement_OnASilentConnection_EndsInTimeAndTheNextOneIsAnswered()
    {
        var database = await server.CreateDatabaseAsync();
        await using var proxy = new SilentProxy(database.SiloConnectionString);
        await using var silo = DatabaseExtensions.BuildSource(
            new DatabaseOptions
            {
                ConnectionString = proxy.ConnectionString,
                NetworkSilenceMax = TimeSpan.FromSeconds(1),
                LockWaitMax = TimeSpan.FromSeconds(1),
            },
            "test");
        await using (var busy = await silo.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            // It is as silent, and waits in the pool.
            await (await silo.OpenConnectionAsync(TestContext.Current.CancellationToken)).DisposeAsync();
            proxy.FallSilent();
            await using var statement = new NpgsqlCommand("select 1", busy);
            var exception = await Assert.ThrowsAsync<NpgsqlException>(
                () => statement.ExecuteScalarAsync(TestContext.Current.CancellationToken).WaitAsync(Patience));
            Assert.IsType<TimeoutException>(exception.InnerException);
        }

        Assert.Equal(1, await TestDatabase.ReadAsync<int>(silo, "select 1").WaitAsync(Patience));
    }
}
