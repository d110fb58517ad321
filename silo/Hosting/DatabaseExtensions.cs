using System.ComponentModel.DataAnnotations;
using System.Data.Common;
using System.Globalization;
using BktSmart.Ledger;
using Npgsql;

namespace BktSmart.Silo.Hosting;

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>Npgsql connection string of the silo's own login, a member of the role <c>bkt_silo</c>.</summary>
    [Required]
    public string ConnectionString { get; set; } = "";

    /// <summary>Npgsql connection string of the database's owner; for <c>silo migrate</c> only.</summary>
    public string MigrationConnectionString { get; set; } = "";

    /// <summary>
    /// How long the server lets a silo sit in an open transaction without a word. A silo that was frozen or cut off holds its rows no longer than this, and the others
    /// go on. 500 ms to 1 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan IdleInTransactionMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement waits for a lock before it fails and is tried again. 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan LockWaitMax { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the network may swallow what was sent before either side gives the connection up. 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan NetworkSilenceMax { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>A small pool of its own for membership: when grains use up theirs, the silo must still be able to say that it is alive.</summary>
internal sealed record ClusterDatabase(NpgsqlDataSource Source) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}

internal static class DatabaseExtensions
{
    private const int ClusterPoolSize = 4;
    private const int PreparedStatementsMax = 50;
    private const int PoolSizeDefault = 20;

    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>()!;
        builder.Services.AddSingleton(_ => BuildSource(options, "bktsmart-silo"));
        builder.Services.AddSingleton(_ => new ClusterDatabase(BuildSource(options, "bktsmart-cluster", ClusterPoolSize)));
    }

    /// <summary>
    /// A pool with the limits of the options. What the connection string says about the pool and about command time-outs is kept. Details of errors are never asked
    /// for: they hold the values of rows, and would reach the log.
    /// </summary>
    public static NpgsqlDataSource BuildSource(DatabaseOptions options, string applicationName, int? poolSize = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            SearchPath = "bank, orleans",
            ApplicationName = applicationName,
            IncludeErrorDetail = false,
            TcpKeepAlive = true,
            // Nobody changes a setting beyond a transaction, so there is nothing to reset before the next use.
            NoResetOnClose = true,
            MaxAutoPrepare = PreparedStatementsMax,
            AutoPrepareMinUsages = 2,
            // Every statement here is short and finds its rows by keys, so one plan fits all values: without this the planner made a new one for each notification that was delivered, which took
            // 3.6 times as long as running it. One whose cost the planner overrates would be compiled for longer than it runs.
            Options = string.Create(
                CultureInfo.InvariantCulture,
                $"-c jit=off -c plan_cache_mode=force_generic_plan -c idle_in_transaction_session_timeout={Milliseconds(options.IdleInTransactionMax)} -c lock_timeout={Milliseconds(options.LockWaitMax)} "
                + $"-c tcp_keepalives_idle={Seconds(options.NetworkSilenceMax) / 2} -c tcp_keepalives_interval={Seconds(options.NetworkSilenceMax) / 4} "
                + $"-c tcp_keepalives_count=2 -c tcp_user_timeout={Milliseconds(options.NetworkSilenceMax)}"),
        };
        // Npgsql's own default of 100 would be far more than a server has processors, and each connection plans its statements anew.
        var given = new DbConnectionStringBuilder { ConnectionString = options.ConnectionString };
        if (poolSize is { } size)
            settings.MaxPoolSize = size;
        else if (!given.ContainsKey("Maximum Pool Size") && !given.ContainsKey("MaxPoolSize"))
            settings.MaxPoolSize = PoolSizeDefault;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).MapLedgerTypes().Build();

        static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
        static long Seconds(TimeSpan time) => Math.Max(4, (long)time.TotalSeconds);
    }
}
