using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Retention;

/*
 * A round takes each table in turn. A table by months first gets the months ahead that it lacks, so that no row ever waits for one; then
 * its oldest months are dropped, one a transaction, as long as they are old enough. Other tables lose their oldest rows in bites, with a
 * pause after each. How old is old enough, the options say, and the database refuses less than it was told to keep.
 *
 * Both kinds of work on partitions need a lock that readers hold, and wait for it only so long that nobody behind them notices. Then the
 * work gives up, tries again after a pause, and at last leaves it to the next round. Every silo does all this: a month is made and dropped
 * once, and a row that one silo deletes is passed by in another.
 */

/// <summary>Makes the months ahead of tables, and forgets what is older than it is to be kept.</summary>
internal sealed partial class RetentionWork(
    RetentionStore store, IEnumerable<RetainedTable> tables, IOptions<RetentionOptions> options,
    [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<RetentionWork> logger)
    : RepeatedWork(time)
{
    private const int LockTriesMax = 10;

    private readonly TimeProvider _time = time;

    protected override TimeSpan Interval => options.Value.Interval;

    /// <summary>Does one round. A table that fails is logged and does not keep the others from their turn.</summary>
    public async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        var least = await store.ReadLeastAsync(cancellationToken);
        foreach (var table in tables)
        {
            try
            {
                if (table.ByMonth)
                    await MakePartitionsAsync(table, cancellationToken);
                var kept = table.Kept(options.Value);
                if (least.TryGetValue(table.Name, out var keptMin) && kept < keptMin)
                    LogKeptTooShort(table.Setting, kept, table.Name, keptMin);
                else if (table.ByMonth)
                    await DropPartitionsAsync(table, kept, cancellationToken);
                else
                    await ForgetRowsAsync(table, kept, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                LogInUse(table.Name);
            }
            catch (NpgsqlException exception)
            {
                LogTableFailed(table.Name, exception);
            }
        }
    }

    protected override async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        await RunRoundAsync(cancellationToken);
        return false;
    }

    private async Task MakePartitionsAsync(RetainedTable table, CancellationToken cancellationToken)
    {
        var partitions = await TryAsync(
            () => store.MakePartitionsAsync(table.Name, options.Value.MonthsAhead, cancellationToken), cancellationToken);
        RetentionMetrics.Record(table.Name, partitions, _time);
    }

    private async Task DropPartitionsAsync(RetainedTable table, TimeSpan kept, CancellationToken cancellationToken)
    {
        while (await TryAsync(() => store.DropPartitionAsync(table.Name, kept, cancellationToken), cancellationToken) is { } dropped)
        {
            RetentionMetrics.CountForgotten(table.Name, 1);
            LogDropped(dropped, kept);
            await Task.Delay(options.Value.Pause, _time, cancellationToken);
        }
    }

    private async Task ForgetRowsAsync(RetainedTable table, TimeSpan kept, CancellationToken cancellationToken)
    {
        var rowsMax = options.Value.RowsPerBite;
        for (var all = 0L; ;)
        {
            var forgotten = await store.ForgetRowsAsync(table.Name, kept, rowsMax, cancellationToken);
            RetentionMetrics.CountForgotten(table.Name, forgotten);
            all += forgotten;
            if (forgotten < rowsMax)
            {
                if (all > 0)
                    LogForgotten(all, table.Name, kept);
                return;
            }

            await Task.Delay(options.Value.Pause, _time, cancellationToken);
        }
    }

    /// <summary>Tries again while somebody holds the lock, some times.</summary>
    private async Task<T> TryAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await work();
            }
            catch (PostgresException exception)
                when (exception.SqlState == PostgresErrorCodes.LockNotAvailable && tries < LockTriesMax)
            {
                await Task.Delay(options.Value.Pause, _time, cancellationToken);
            }
        }
    }

    [LoggerMessage(6001, LogLevel.Information, "Dropped {Partition}; its rows were older than {Kept}")]
    private partial void LogDropped(string partition, TimeSpan kept);

    [LoggerMessage(6002, LogLevel.Information, "Deleted {Count} rows of {Table} that were older than {Kept}")]
    private partial void LogForgotten(long count, string table, TimeSpan kept);

    [LoggerMessage(6003, LogLevel.Information, "{Table} is in use; its months are left to the next round")]
    private partial void LogInUse(string table);

    [LoggerMessage(
        6004, LogLevel.Error,
        "Retention:{Setting} is {Kept}, and the database keeps bank.{Table} for {KeptMin}: set at least that. Nothing of it is forgotten")]
    private partial void LogKeptTooShort(string setting, TimeSpan kept, string table, TimeSpan keptMin);

    [LoggerMessage(6005, LogLevel.Warning, "The retention of {Table} failed; the next round will do it")]
    private partial void LogTableFailed(string table, Exception exception);

    [LoggerMessage(6006, LogLevel.Warning, "The retention could not be read; the next round will do it")]
    protected override partial void LogFailed(Exception exception);
}
