using System.Reflection;
using Npgsql;

namespace BktSmart.Silo.Migration;

/// <summary>
/// The schema's migrations: numbered SQL files in this program. One migrator works at a time (advisory lock), each file is one transaction with its entry in
/// <c>public.schema_migration</c>, so a migration that is cut off has not happened. A file goes to the server as one command without parameters, because the
/// texts of the Orleans queries contain names that look like parameters.
/// </summary>
internal sealed class Migrator(NpgsqlDataSource owner)
{
    public const string SiloRole = "bkt_silo";
    private const long Lock = 7_310_010;

    /// <summary>Brings the schema up to date and gives the names of the files that were applied.</summary>
    /// <exception cref="MigrationException">The database is not fit; the message says what to do.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        await CheckAsync(connection, cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_lock({Lock})", cancellationToken);
        try
        {
            await ExecuteAsync(
                connection,
                $"""
                create table if not exists public.schema_migration (
                    name       text primary key,
                    applied_at timestamptz not null default now()
                );
                grant select on public.schema_migration to {SiloRole};
                """,
                cancellationToken);

            var applied = new List<string>();
            foreach (var name in Names())
            {
                if (await IsAppliedAsync(connection, name, cancellationToken))
                    continue;
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await ExecuteAsync(connection, await ReadAsync(name, cancellationToken), cancellationToken);
                await using (var record = new NpgsqlCommand("insert into public.schema_migration (name) values ($1)", connection))
                {
                    record.Parameters.Add(new() { Value = name });
                    await record.ExecuteNonQueryAsync(cancellationToken);
                }

                await transaction.CommitAsync(cancellationToken);
                applied.Add(name);
            }

            return applied;
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock({Lock})", CancellationToken.None);
        }
    }

    /// <summary>The migrations of this program that the database does not have.</summary>
    public static async Task<IReadOnlyList<string>> FindMissingAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select to_regclass('public.schema_migration') is not null");
        if (!(bool)(await command.ExecuteScalarAsync(cancellationToken))!)
            return [.. Names()];
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var missing = new List<string>();
        foreach (var name in Names())
        {
            if (!await IsAppliedAsync(connection, name, cancellationToken))
                missing.Add(name);
        }

        return missing;
    }

    private static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion.Major < 15)
            throw new MigrationException($"PostgreSQL 15 or later is needed; this is {connection.PostgreSqlVersion}.");
        await using var command = new NpgsqlCommand("select exists (select from pg_roles where rolname = $1)", connection);
        command.Parameters.Add(new() { Value = SiloRole });
        if (!(bool)(await command.ExecuteScalarAsync(cancellationToken))!)
            throw new MigrationException($"The role {SiloRole} is missing: run 'create role {SiloRole} nologin' as an administrator, and make the silo's login a member of it.");
    }

    private static IEnumerable<string> Names() =>
        typeof(Migrator).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static async Task<string> ReadAsync(string name, CancellationToken cancellationToken)
    {
        await using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static async Task<bool> IsAppliedAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from public.schema_migration where name = $1)", connection);
        command.Parameters.Add(new() { Value = name });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // A migration takes as long as it takes, and so does the one that this one waits for.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>A migration that cannot be done; the message is for the operator.</summary>
internal sealed class MigrationException(string message) : Exception(message);
