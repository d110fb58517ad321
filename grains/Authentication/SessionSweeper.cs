using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Authentication;

/// <summary>
/// Deletes the stored state of FNP sessions and sessions that ended by themselves, revocations of tokens that are no longer good, and old attempts of nobody. Nobody needs it any more, and anybody can begin an FNP session; the actors
/// may be gone, in memory or with their silo, so this goes by the age of the rows alone. Every silo does it; a row is gone once.
/// </summary>
internal sealed partial class SessionSweeper(
    NpgsqlDataSource database, IOptions<FnpOptions> options, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<SessionSweeper> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(SessionSweeper),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _loop = Task.Run(RunAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stop.CancelAsync();
            await _loop;
        });

    public void Dispose() => _stop.Dispose();

    /// <summary>An FNP lives for ten minutes at most, and a session that is not refreshed for five.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        // storage_of_sessions, revoked_session_by_time, stray_attempt_by_time
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            delete from orleans.storage
             where state_name in ('fnp-session', 'session')
               and modified_at < now() - case state_name when 'session' then interval '1 day' else interval '1 hour' end
            """));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from bank.revoked_session where revoked_at < now() - interval '1 hour'"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from bank.stray_attempt where at < now() - interval '30 days'"));
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var swept = await SweepAsync(_stop.Token);
                if (swept > 0)
                    LogSwept(swept);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException exception)
            {
                LogFailed(exception);
            }

            await Task.Delay(options.Value.SweepInterval, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(2003, LogLevel.Information, "Deleted {Count} ended sessions")]
    private partial void LogSwept(int count);

    [LoggerMessage(2004, LogLevel.Warning, "Ended sessions could not be deleted; the next round will")]
    private partial void LogFailed(Exception exception);
}
