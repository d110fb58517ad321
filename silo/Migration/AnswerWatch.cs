using Npgsql;

namespace BktSmart.Silo.Migration;

/// <summary>
/// Asks, on connections of its own, whether the server still works on a statement that may take as long as it takes: its connection may be
/// silent for good, and something on the way may go on to acknowledge for the server.
/// </summary>
internal sealed class AnswerWatch : IAsyncDisposable
{
    private const int AnswerSecondsMax = 5;

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _watching;

    /// <param name="server">Where the process is: of several hosts, another may answer.</param>
    /// <param name="process">The server process that was given the statement.</param>
    public AnswerWatch(NpgsqlDataSource owner, string server, int process, TimeSpan interval) =>
        _watching = WatchAsync(owner, server, process, interval, _stop.Token);

    /// <summary>Cancelled when no answer can come any more.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task WatchAsync(NpgsqlDataSource owner, string server, int process, TimeSpan interval, CancellationToken stop)
    {
        // A process that waits for its client, and has begun nothing since it was last seen to, runs nothing: it and the migrator wait for
        // each other. Who gets no answer here knows nothing, and asks again.
        object? before = null;
        while (true)
        {
            try
            {
                await Task.Delay(interval, stop);
                await using var connection = await owner.OpenConnectionAsync(stop);
                if (connection.DataSource != server)
                    continue;
                await using var ask = new NpgsqlCommand(
                    "select case when wait_event = 'ClientRead' then state_change end from pg_stat_activity where pid = $1", connection)
                {
                    CommandTimeout = AnswerSecondsMax,
                    Parameters = { new() { Value = process } },
                };
                var waitsSince = await ask.ExecuteScalarAsync(stop);
                if (waitsSince is DateTime && waitsSince.Equals(before))
                {
                    // It would keep the lock of the migrators from the next run.
                    await using var end = new NpgsqlCommand("select pg_terminate_backend($1)", connection)
                    {
                        CommandTimeout = AnswerSecondsMax,
                        Parameters = { new() { Value = process } },
                    };
                    await end.ExecuteNonQueryAsync(stop);
                }
                else if (waitsSince is not null)
                {
                    before = waitsSince;
                    continue;
                }

                await _lost.CancelAsync();
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException)
            {
            }
        }
    }
}
