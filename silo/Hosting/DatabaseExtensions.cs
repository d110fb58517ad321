using System.Data.Common;
using System.Globalization;
using BktSmart.Ledger;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Silo.Hosting;

internal static class DatabaseExtensions
{
    private const int ClusterPoolSize = 4;
    private const int PreparedStatementsMax = 50;
    private const int PoolSizeDefault = 20;

    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        builder.Services.AddChecked<DatabaseOptions, DatabaseOptions.Validator>(DatabaseOptions.Section);
        builder.Services.AddSingleton(services => BuildSource(OptionsOf(services), "bktsmart-silo"));
        builder.Services.AddSingleton(
            services => new ClusterDatabase(BuildSource(OptionsOf(services), "bktsmart-cluster", ClusterPoolSize)));

        static DatabaseOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<DatabaseOptions>>().Value;
    }

    /// <summary>
    /// A pool with the limits of the options. What the connection string says about the pool and about command time-outs is kept. Details
    /// of errors are never asked for: they hold the values of rows, and would reach the log.
    /// </summary>
    public static NpgsqlDataSource BuildSource(DatabaseOptions options, string applicationName, int? poolSize = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            SearchPath = "bank, orleans",
            ApplicationName = applicationName,
            IncludeErrorDetail = false,
            // A connection that only listens is silent anyway, so the network is asked.
            TcpKeepAlive = true,
            TcpKeepAliveTime = (int)Seconds(options.NetworkSilenceMax) / 2,
            TcpKeepAliveInterval = (int)Seconds(options.NetworkSilenceMax) / 4,
            // Nobody changes a setting beyond a transaction, so there is nothing to reset before the next use.
            NoResetOnClose = true,
            MaxAutoPrepare = PreparedStatementsMax,
            AutoPrepareMinUsages = 2,
            // Every statement here is short and finds its rows by keys, so one plan fits all values: without this the planner made a new
            // one for each notification that was delivered, which took 3.6 times as long as running it. One whose cost the planner
            // overrates would be compiled for longer than it runs.
            Options = string.Create(
                CultureInfo.InvariantCulture,
                $"-c jit=off "
                + $"-c plan_cache_mode=force_generic_plan "
                + $"-c idle_in_transaction_session_timeout={Milliseconds(options.IdleInTransactionMax)} "
                + $"-c lock_timeout={Milliseconds(options.LockWaitMax)} "
                + $"-c tcp_keepalives_idle={Seconds(options.NetworkSilenceMax) / 2} "
                + $"-c tcp_keepalives_interval={Seconds(options.NetworkSilenceMax) / 4} "
                + $"-c tcp_keepalives_count=2 "
                + $"-c tcp_user_timeout={Milliseconds(options.NetworkSilenceMax)}"),
        };
        // Npgsql's own default of 100 would be far more than a server has processors, and each connection plans its statements anew.
        var given = new DbConnectionStringBuilder { ConnectionString = options.ConnectionString };
        if (poolSize is { } size)
            settings.MaxPoolSize = size;
        else if (!given.ContainsKey("Maximum Pool Size") && !given.ContainsKey("MaxPoolSize"))
            settings.MaxPoolSize = PoolSizeDefault;
        // Npgsql's own default is half a minute, and the whole bank would wait for a booking that the network has swallowed.
        if (!given.ContainsKey("Command Timeout") && !given.ContainsKey("CommandTimeout"))
            settings.CommandTimeout = (int)Math.Ceiling(
                Math.Max(options.NetworkSilenceMax.TotalSeconds, options.LockWaitMax.TotalSeconds));
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).MapLedgerTypes().Build();

        static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
        static long Seconds(TimeSpan time) => Math.Max(4, (long)time.TotalSeconds);
    }
}
