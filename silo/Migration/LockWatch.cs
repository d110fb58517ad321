using System.Globalization;
using Npgsql;

namespace BktSmart.Silo.Migration;

/// <summary>
/// Sees, on a connection of its own, who holds the lock that another connection waits for: after the wait nobody can tell any more.
/// </summary>
internal sealed class LockWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<int, DateTimeOffset> _firstSeen = [];
    private readonly Task _watching;

    /// <param name="waiting">The server process that may wait.</param>
    /// <param name="interval">Shorter than any wait.</param>
    public LockWatch(NpgsqlDataSource owner, int waiting, TimeSpan interval) =>
        _watching = WatchAsync(owner, waiting, interval, _stop.Token);

    /// <summary>Who was seen last, for the operator; null if nobody was.</summary>
    public string? Holders { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(NpgsqlDataSource owner, int waiting, TimeSpan interval, CancellationToken stop)
    {
        try
        {
            await Task.Delay(interval, stop);
            await using var connection = await owner.OpenConnectionAsync(stop);
            // Names of applications are for all to see; how long a transaction is open, the server tells only about one's own role and to
            // members of pg_read_all_stats.
            await using var command = new NpgsqlCommand(
                """
                select b.pid, b.application_name, extract(epoch from clock_timestamp() - b.xact_start)::float8
                  from pg_stat_activity w
                 cross join lateral unnest(pg_blocking_pids(w.pid)) as blocking (pid)
                  join pg_stat_activity b on b.pid = blocking.pid
                 where w.pid = $1
                   and w.wait_event_type = 'Lock'
                """, connection) { Parameters = { new() { Value = waiting } } };
            while (true)
            {
                var holders = new List<string>();
                await using (var reader = await command.ExecuteReaderAsync(stop))
                {
                    while (await reader.ReadAsync(stop))
                    {
                        holders.Add(Describe(
                            reader.GetInt32(0),
                            reader.IsDBNull(1) ? "" : reader.GetString(1),
                            reader.IsDBNull(2) ? null : reader.GetDouble(2)));
                    }
                }

                if (holders.Count > 0)
                    Holders = string.Join(", ", holders);
                await Task.Delay(interval, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (NpgsqlException)
        {
            // What is watched matters more than the watch.
        }
    }

    private string Describe(int process, string application, double? openSeconds)
    {
        var now = TimeProvider.System.GetUtcNow();
        _firstSeen.TryAdd(process, now);
        var since = openSeconds is { } open
            ? $"whose transaction has been open for {Seconds(open)} s"
            : $"for at least {Seconds((now - _firstSeen[process]).TotalSeconds)} s";
        var name = application.Length > 0 ? application : "no name";
        return $"'{name}' (process {process.ToString(CultureInfo.InvariantCulture)}), {since}";

        static string Seconds(double seconds) => seconds.ToString("F1", CultureInfo.InvariantCulture);
    }
}
