using BktSmart.Dev;
using BktSmart.Silo.Migration;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>The schema as the version before made it.</summary>
internal static class SchemaBefore
{
    /// <summary>The number of its last migration.</summary>
    public const int Last = 49;

    private const string Folder = "silo/Migrations";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// Applies its migrations from one number to another, and behind the last its functions, as its migrator did; but for those that it
    /// kept for the version before it, which it did not call itself.
    /// </summary>
    public static async Task ApplyAsync(NpgsqlDataSource owner, int first, int last)
    {
        var files = await ReadAsync();
        Assert.Equal(Last, files.Numbered.Count);
        await new Migrator(owner, files: new MigrationFiles([], [])).MigrateAsync(Stop);
        foreach (var file in files.Numbered.Take(last).Skip(first - 1))
        {
            foreach (var sql in file.Steps.Count > 0 ? file.Steps.Select(step => step.Sql) : [files.Expand(file)])
                await TestDatabase.ExecuteAsync(owner, sql);
            await using var record = owner.CreateCommand("insert into public.schema_migration (name, checksum) values ($1, $2)");
            record.Parameters.Add(new() { Value = file.Name });
            record.Parameters.Add(new() { Value = file.Checksum });
            await record.ExecuteNonQueryAsync(Stop);
        }

        if (last == Last)
            await new Migrator(owner, files: files).MigrateAsync(Stop);
    }

    private static async Task<MigrationFiles> ReadAsync() =>
        new(await ReadAsync(Folder, ""), await ReadAsync($"{Folder}/Functions", "functions/"))
        {
            Gone = await ReadAsync($"{Folder}/Functions/Gone", "functions/gone/"),
        };

    private static async Task<IReadOnlyList<MigrationFile>> ReadAsync(string folder, string prefix)
    {
        var paths = (await VersionBefore.ListAsync(folder, Stop)).Where(path => path.EndsWith(".sql", StringComparison.Ordinal));
        var files = new List<MigrationFile>();
        foreach (var path in paths)
            files.Add(new MigrationFile(prefix + Path.GetFileName(path), await VersionBefore.ReadAsync(path, Stop)));
        return files;
    }
}
