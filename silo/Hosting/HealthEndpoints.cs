using BktSmart.Authentication;
using Npgsql;

namespace BktSmart.Silo.Hosting;

internal static class HealthEndpoints
{
    /// <summary>
    /// <c>/health/live</c> says that the process answers, and asks nobody. <c>/health/ready</c> says that the silo is in its cluster, takes
    /// a grain call, and that the database answers.
    /// </summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Ok());
        app.MapGet("/health/ready", async (IGrainFactory grains, NpgsqlDataSource database, CancellationToken cancellationToken) =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(2));
            try
            {
                await grains.Authentication().GetTokenKeys(limit.Token);
                await using var command = database.CreateCommand("select 1");
                await command.ExecuteScalarAsync(limit.Token);
                return Results.Ok();
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            }
        });
    }
}
