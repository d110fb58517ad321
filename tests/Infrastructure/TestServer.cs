using System.Collections.Concurrent;
using BktSmart.Accounts;
using BktSmart.Dev.Database;
using BktSmart.Dev.Processes;
using BktSmart.Silo.Migration;
using Npgsql;

namespace BktSmart.Tests.Infrastructure;

/// <summary>
/// The PostgreSQL server of a test run: the one that <c>./test</c> has started, or one of this process. Every test takes a database of its
/// own, a copy of one that was migrated once.
/// </summary>
public sealed class TestServer : IAsyncLifetime
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<TestDatabase>> OfTests = new();

    private readonly SemaphoreSlim _one = new(1);
    private readonly List<TestDatabase> _databases = [];
    private DataFolder? _folder;
    private LocalPostgres? _postgres;
    private LocalDatabase? _template;

    public string AdminConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("BKT_TEST_DATABASE") is { Length: > 0 } server)
        {
            AdminConnectionString = server;
        }
        else
        {
            _folder = DataFolder.Open(Path.Combine(Path.GetTempPath(), "bktsmart-tests", Guid.NewGuid().ToString("N")), _ => { });
            _postgres = await LocalPostgres.StartAsync(_folder, _ => { });
            AdminConnectionString = _postgres.AdminConnectionString;
        }

        _template = await CreateEmptyAsync(null);
        await using var owner = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(_template.OwnerConnectionString) { Pooling = false }.ConnectionString);
        await new Migrator(owner).MigrateAsync(CancellationToken.None);
    }

    /// <summary>A database with the schema and nothing in it.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync()
    {
        await _one.WaitAsync();
        try
        {
            // A template must not be in use, so copies are made one by one.
            var database = new TestDatabase(await CreateEmptyAsync(_template!.Name), AdminConnectionString);
            _databases.Add(database);
            if (TestContext.Current.Test is { } test)
                OfTests.GetOrAdd(test.UniqueID, _ => new ConcurrentQueue<TestDatabase>()).Enqueue(database);
            return database;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A database with nothing in it, not even the schema.</summary>
    public Task<LocalDatabase> CreateEmptyAsync(string? template = null) =>
        LocalDatabase.CreateAsync(AdminConnectionString, $"bkt_test_{Guid.NewGuid():N}"[..30], template);

    public async ValueTask DisposeAsync()
    {
        // A server that was started for the tests goes with everything in it; to drop its databases one by one would wait for a checkpoint
        // each.
        var drop = Environment.GetEnvironmentVariable("BKT_DATABASE") is { Length: > 0 };
        foreach (var database in _databases)
            await database.EndAsync(drop);
        if (_template is not null)
            await EndAsync(_template, drop);
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
            LocalPostgres.Delete(_folder!.Root);
            _folder.Dispose();
            Directory.Delete(_folder.Root, recursive: true);
        }

        _one.Dispose();
    }

    /// <summary>
    /// Closes the connections of a test that is over. Each test has its database, and a server takes only so many connections.
    /// </summary>
    internal static void CloseConnections(string test)
    {
        if (OfTests.TryRemove(test, out var databases))
        {
            foreach (var database in databases)
                database.CloseConnections();
        }
    }

    internal static async Task EndAsync(LocalDatabase database, bool drop)
    {
        if (drop)
            await database.DropAsync();
        await database.DisposeAsync();
    }
}
