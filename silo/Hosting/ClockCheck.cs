using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Silo.Hosting;

/// <summary>
/// Whether this machine's clock agrees with the database's. A silo whose clock does not would not get into its cluster, and nothing would
/// say why.
/// </summary>
internal static class ClockCheck
{
    public static Task<string?> FindProblemAsync(IServiceProvider services) => FindProblemAsync(
        services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<IOptions<ClusterMemberOptions>>().Value.ClockDifferenceMax);

    /// <summary>A sentence that says what to do; null where nothing is wrong.</summary>
    public static async Task<string?> FindProblemAsync(NpgsqlDataSource database, TimeProvider time, TimeSpan differenceMax)
    {
        DateTimeOffset theirs;
        DateTimeOffset before;
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
            before = time.GetUtcNow();
            theirs = (DateTime)(await command.ExecuteScalarAsync())!;
        }
        catch (NpgsqlException exception)
        {
            return $"Database:ConnectionString: the database does not answer: {exception.Message}";
        }

        // It looked at its clock between these two moments.
        var (behind, ahead) = (theirs - time.GetUtcNow(), before - theirs);
        if (behind <= differenceMax && ahead <= differenceMax)
            return null;
        var (seconds, way) = behind > ahead ? (behind.TotalSeconds, "behind") : (ahead.TotalSeconds, "ahead of");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"this machine's clock is {seconds:F0} s {way} the database's, more than Cluster:ClockDifferenceMax allows, and the others "
                + $"would throw this silo out: set both clocks by one time server.");
    }
}
