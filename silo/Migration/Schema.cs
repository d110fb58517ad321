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
            return await Migrator.FindMissingAsync(database, CancellationToken.None) switch
            {
                [] => null,
                [var one] => $"the database lacks {one}: run 'silo migrate' first.",
                { Count: var count } missing => $"the database lacks {missing[0]} and {count - 1} more: run 'silo migrate' first.",
            };
        }
        catch (NpgsqlException exception)
        {
            return $"Database:ConnectionString: the database does not answer: {exception.Message}";
        }
    }
}
