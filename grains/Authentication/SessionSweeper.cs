using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Authentication;

/// <summary>
/// Deletes the stored state of FNP sessions and sessions that ended by themselves, and revocations of tokens that are no longer good.
/// Nobody needs it any more, and anybody can begin an FNP session; the actors may be gone, in memory or with their silo, so this goes by
/// the age of the rows alone. Every silo does it; a row is gone once.
/// </summary>
internal sealed partial class SessionSweeper(
    NpgsqlDataSource database, IOptions<FnpOptions> options, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time,
    ILogger<SessionSweeper> logger)
    : RepeatedWork(time)
{
    protected override TimeSpan Interval => options.Value.SweepInterval;

    /// <summary>An FNP lives for ten minutes at most, and a session that is not refreshed for five.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        // storage_of_sessions, revoked_session_by_time
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            delete from orleans.storage
             where state_name in ('fnp-session', 'session')
               and modified_at < now() - case state_name when 'session' then interval '1 day' else interval '1 hour' end
            """));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from bank.revoked_session where revoked_at < now() - interval '1 hour'"));
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var swept = await SweepAsync(cancellationToken);
        if (swept > 0)
            LogSwept(swept);
        return false;
    }

    [LoggerMessage(2003, LogLevel.Information, "Deleted {Count} ended sessions")]
    private partial void LogSwept(int count);

    [LoggerMessage(2004, LogLevel.Warning, "Ended sessions could not be deleted; the next round will")]
    protected override partial void LogFailed(Exception exception);
}
