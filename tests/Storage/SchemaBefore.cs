using BktSmart.Dev;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>The schema as the version before made it.</summary>
internal static class SchemaBefore
{
    /// <summary>The number of its last migration.</summary>
    public const int Last = 9;

    /// <summary>Applies its migrations from one number to another, as its migrator did.</summary>
    public static async Task ApplyAsync(NpgsqlDataSource owner, int first, int last)
    {
        await TestDatabase.ExecuteAsync(
            owner,
            "create table if not exists public.schema_migration (name text primary key, applied_at timestamptz not null default now())");
        var paths = await VersionBefore.ListAsync("silo/Migrations", TestContext.Current.CancellationToken);
        Assert.Equal(Last, paths.Count);
        foreach (var path in paths.Take(last).Skip(first - 1))
        {
            await TestDatabase.ExecuteAsync(owner, await VersionBefore.ReadAsync(path, TestContext.Current.CancellationToken));
            await using var record = owner.CreateCommand("insert into public.schema_migration (name) values ($1)");
            record.Parameters.Add(new() { Value = Path.GetFileName(path) });
            await record.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
