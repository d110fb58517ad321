using System.ComponentModel.DataAnnotations;
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
}

/// <summary>A small pool of its own for membership: when grains use up theirs, the silo must still be able to say that it is alive.</summary>
internal sealed record ClusterDatabase(NpgsqlDataSource Source) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}

internal static class DatabaseExtensions
{
    private const int ClusterPoolSize = 4;

    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        var connectionString = builder.Configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.ConnectionString)}"]!;
        builder.Services.AddSingleton(_ => BuildSource(connectionString, "bktsmart-silo"));
        builder.Services.AddSingleton(_ => new ClusterDatabase(BuildSource(connectionString, "bktsmart-cluster", ClusterPoolSize)));
    }

    /// <param name="connectionString">Keeps what it says about pools and time-outs; the schema of the Orleans tables is always on the search path.</param>
    public static NpgsqlDataSource BuildSource(string connectionString, string applicationName, int? poolSize = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = "bank, orleans",
            ApplicationName = applicationName,
        };
        if (poolSize is { } size)
            settings.MaxPoolSize = size;
        var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        source.EnableParameterLogging(false);
        return source.Build();
    }
}
