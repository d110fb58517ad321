using BktSmart.Tests.Infrastructure;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Tests.Storage;

/// <summary>The queries of the Orleans providers, run as the providers run them: by name, with named parameters.</summary>
public sealed class OrleansTablesTest(TestServer server)
{
    [Fact]
    public async Task WriteToStorage_ManyFirstWritersAtOnce_OneWinsAndTheOthersSeeUnchanged()
    {
        var database = await server.CreateDatabaseAsync();
        for (var round = 0; round < 20; round++)
        {
            var key = $"customer-{round}";
            var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StoreAsync(database, "WriteToStorageKey", key, null)));
            Assert.Single(versions, version => version == 1);
            Assert.Equal(7, versions.Count(version => version is null));
        }

        Assert.Equal(20, await TestDatabase.ReadAsync<long>(database.Owner, "select count(*) from orleans.storage"));
    }

    [Fact]
    public async Task WriteToStorage_OldVersion_ChangesNothing()
    {
        var database = await server.CreateDatabaseAsync();
        Assert.Equal(1, await StoreAsync(database, "WriteToStorageKey", "customer-1", null));
        Assert.Equal(2, await StoreAsync(database, "WriteToStorageKey", "customer-1", 1));
        Assert.Equal(1, await StoreAsync(database, "WriteToStorageKey", "customer-1", 1));
        Assert.Equal(1, await StoreAsync(database, "DeleteStorageKey", "customer-1", 1));
        Assert.Equal(3, await StoreAsync(database, "ClearStorageKey", "customer-1", 2));
        Assert.Equal(4, await StoreAsync(database, "DeleteStorageKey", "customer-1", 3));
        Assert.Equal(0, await TestDatabase.ReadAsync<long>(database.Owner, "select count(*) from orleans.storage"));
    }

    [Fact]
    public async Task Membership_ChangeWithAnOldVersion_ChangesNothing()
    {
        var database = await server.CreateDatabaseAsync();
        Assert.Equal(1, await MemberAsync(database, "InsertMembershipVersionKey", 0));
        Assert.Equal(0, await MemberAsync(database, "InsertMembershipVersionKey", 0));
        Assert.Equal(1, await MemberAsync(database, "InsertMembershipKey", 0));
        Assert.Equal(0, await MemberAsync(database, "InsertMembershipKey", 1)); // the same silo again
        Assert.Equal(0, await MemberAsync(database, "InsertMembershipKey", 0, generation: 2)); // an old version
        Assert.Equal(0, await MemberAsync(database, "UpdateMembershipKey", 0));
        Assert.Equal(0, await MemberAsync(database, "UpdateMembershipKey", 1, generation: 2)); // no such silo
        Assert.Equal(1, await MemberAsync(database, "UpdateMembershipKey", 1));
        Assert.Equal(2, await TestDatabase.ReadAsync<int>(database.Owner, "select version from orleans.membership_version"));
    }

    [Fact]
    public async Task Membership_ManyChangesOfOneVersionAtOnce_OneWins()
    {
        var database = await server.CreateDatabaseAsync();
        await MemberAsync(database, "InsertMembershipVersionKey", 0);
        var won = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(generation => MemberAsync(database, "InsertMembershipKey", 0, generation)));
        Assert.Equal(1, won.Sum());
        Assert.Equal(1, await TestDatabase.ReadAsync<int>(database.Owner, "select version from orleans.membership_version"));
    }

    [Fact]
    public async Task Reminders_RangeThatWraps_IsReadFromBothEnds()
    {
        var database = await server.CreateDatabaseAsync();
        foreach (var hash in new[] { -100, 0, 100 })
        {
            Assert.Equal(0, await ReminderAsync(database, "UpsertReminderRowKey", $"g{hash}", hash));
            Assert.Equal(1, await ReminderAsync(database, "UpsertReminderRowKey", $"g{hash}", hash));
        }

        Assert.Equal(["g0", "g100"], await RangeAsync(database, "ReadRangeRows1Key", -100, 100));
        Assert.Equal(["g-100", "g100"], await RangeAsync(database, "ReadRangeRows2Key", 0, -1));
        Assert.Equal(0, await ReminderAsync(database, "DeleteReminderRowKey", "g0", 0, version: 0));
        Assert.Equal(1, await ReminderAsync(database, "DeleteReminderRowKey", "g0", 0, version: 1));
    }

    private static async Task<int?> StoreAsync(TestDatabase database, string query, string key, int? version)
    {
        await using var command = await CommandAsync(database, query);
        command.Parameters.AddWithValue("GrainIdHash", 1);
        command.Parameters.AddWithValue("GrainIdN0", 0L);
        command.Parameters.AddWithValue("GrainIdN1", 0L);
        command.Parameters.AddWithValue("GrainTypeHash", 1);
        command.Parameters.AddWithValue("GrainTypeString", "credentials");
        command.Parameters.AddWithValue("GrainIdExtensionString", key);
        command.Parameters.AddWithValue("ServiceId", "bktsmart");
        command.Parameters.Add(new NpgsqlParameter("GrainStateVersion", NpgsqlDbType.Integer) { Value = (object?)version ?? DBNull.Value });
        command.Parameters.AddWithValue("PayloadBinary", new byte[] { 1 });
        return await command.ExecuteScalarAsync() as int?;
    }

    private static async Task<int> MemberAsync(TestDatabase database, string query, int version, int generation = 1)
    {
        await using var command = await CommandAsync(database, query);
        command.Parameters.AddWithValue("DeploymentId", "test");
        command.Parameters.AddWithValue("Address", "127.0.0.1");
        command.Parameters.AddWithValue("Port", 11_111);
        command.Parameters.AddWithValue("Generation", generation);
        command.Parameters.AddWithValue("SiloName", "silo-0");
        command.Parameters.AddWithValue("HostName", "host");
        command.Parameters.AddWithValue("Status", 3);
        command.Parameters.AddWithValue("ProxyPort", 30_000);
        command.Parameters.AddWithValue("SuspectTimes", "");
        command.Parameters.AddWithValue("StartTime", DateTime.UtcNow);
        command.Parameters.AddWithValue("IAmAliveTime", DateTime.UtcNow);
        command.Parameters.AddWithValue("Version", version);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<int> ReminderAsync(TestDatabase database, string query, string grain, int hash, int version = 0)
    {
        await using var command = await CommandAsync(database, query);
        command.Parameters.AddWithValue("ServiceId", "bktsmart");
        command.Parameters.AddWithValue("GrainId", grain);
        command.Parameters.AddWithValue("ReminderName", "r");
        command.Parameters.AddWithValue("StartTime", DateTime.UtcNow);
        command.Parameters.AddWithValue("Period", 60_000L);
        command.Parameters.AddWithValue("GrainHash", hash);
        command.Parameters.AddWithValue("Version", version);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<string[]> RangeAsync(TestDatabase database, string query, int begin, int end)
    {
        await using var command = await CommandAsync(database, query);
        command.Parameters.AddWithValue("ServiceId", "bktsmart");
        command.Parameters.AddWithValue("BeginHash", begin);
        command.Parameters.AddWithValue("EndHash", end);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync())
            found.Add(reader.GetString(reader.GetOrdinal("GrainId")));
        return [.. found.Order(StringComparer.Ordinal)];
    }

    private static async Task<NpgsqlCommand> CommandAsync(TestDatabase database, string query) =>
        database.Silo.CreateCommand(
            await TestDatabase.ReadAsync<string>(database.Silo, $"select querytext from orleansquery where querykey = '{query}'"));
}
