using Npgsql;

namespace BktSmart.Silo.Migration;

/// <summary>Whether the database has the schema that this program needs.</summary>
internal static class Schema
{
    /// <summary>A sentence that says what to do; null where nothing is wrong.</summary>
    public static async Task<string?> FindProblemAsync(NpgsqlDataSource database)
    {
        try
        {
            var missing = await Migrator.FindMissingAsync(database, CancellationToken.None);
            return missing.Count == 0 ? null : $"the database lacks {string.Join(", ", missing)}: run 'silo migrate' first.";
        }
        catch (NpgsqlException exception)
        {
            return $"Database:ConnectionString: the database does not answer: {exception.Message}";
        }
    }
}
