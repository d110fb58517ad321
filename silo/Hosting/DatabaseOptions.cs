using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Silo.Hosting;

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>Npgsql connection string of the silo's own login, a member of the role <c>bkt_silo</c>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Npgsql connection string of the database's owner; for <c>silo migrate</c> only.</summary>
    public string MigrationConnectionString { get; set; } = "";

    /// <summary>
    /// How long the server lets a silo sit in an open transaction without a word. A silo that was frozen or cut off holds its rows no
    /// longer than this, and the others go on. 500 ms to 1 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan IdleInTransactionMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement waits for a lock before it fails and is tried again. 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan LockWaitMax { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the network may swallow what was sent before either side gives the connection up. 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan NetworkSilenceMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with a connection string; null where it can be read.</summary>
    public static string? FindProblem(string connectionString)
    {
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connectionString).Host)
                ? "is not set: give the Npgsql connection string of the database."
                : null;
        }
        catch (ArgumentException)
        {
            return "is not an Npgsql connection string.";
        }
    }

    internal sealed class Validator : IValidateOptions<DatabaseOptions>
    {
        public ValidateOptionsResult Validate(string? name, DatabaseOptions options) => FindProblem(options.ConnectionString) is { } problem
            ? ValidateOptionsResult.Fail($"Database:ConnectionString {problem}")
            : ValidateOptionsResult.Success;
    }
}
