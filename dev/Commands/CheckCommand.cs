using BktSmart.Dev.Database;
using BktSmart.Dev.Processes;
using Npgsql;

namespace BktSmart.Dev.Commands;

/// <summary>Says what would stop <c>./run</c>, before anything long is built or anything is started.</summary>
internal static class CheckCommand
{
    public static async Task<int> RunAsync(RunSettings settings, CancellationToken cancellationToken)
    {
        if (settings.GrpcPort is { } port)
            PortBook.RequireFree(port);
        DataFolder.RequireFree(settings.DataFolder);
        if (RunSettings.ForeignServer is { } server)
            await RequireServerAsync(server, cancellationToken);
        else
            await PostgresPrograms.RequireAsync(cancellationToken);
        return 0;
    }

    private static async Task RequireServerAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            if (connection.PostgreSqlVersion.Major < PostgresPrograms.VersionMin)
                throw new LaunchException(
                    $"The server of BKT_DATABASE is PostgreSQL {connection.PostgreSqlVersion}, but {PostgresPrograms.VersionMin} or later "
                        + "is needed.");
        }
        catch (ArgumentException e)
        {
            throw new LaunchException($"BKT_DATABASE is not a connection string of Npgsql (Host=…;Username=…;Password=…): {e.Message}", e);
        }
        catch (NpgsqlException e)
        {
            throw new LaunchException($"The server of BKT_DATABASE cannot be used: {e.Message}", e);
        }
    }
}
