using BktSmart.Authentication;
using BktSmart.Dev;
using BktSmart.Messages;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class OutboxStoreTest(TestServer server)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ClaimAsync_SeveralOfARecipient_GivesEachWhenTheOneBeforeHasEnded()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var (one, other) = (await scene.OpenCustomerAsync(), await scene.OpenCustomerAsync());
        foreach (var text in (string[])["1", "2", "3"])
            await scene.AddSmsAsync(one, text);
        await scene.AddSmsAsync(other, "other");

        var claimed = await scene.ClaimAsync(OutboxChannel.Sms);
        Assert.Equal(["1", "other"], claimed.Select(message => message.Body));
        foreach (var next in (string[])["2", "3", ""])
        {
            Assert.Empty(await scene.ClaimAsync(OutboxChannel.Sms));
            await scene.Store.EndAsync(claimed[0], Stop);
            claimed = await scene.ClaimAsync(OutboxChannel.Sms);
            Assert.Equal(next, string.Join(", ", claimed.Select(message => message.Body)));
        }

        Assert.Equal(1, await scene.CountAsync());
    }

    [Fact]
    public async Task ClaimAsync_SeveralPushesOfARecipientFromOneStatement_ComeInTheirOrder()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var (android, ios) = (await scene.OpenCustomerAsync(DevicePlatform.Android), await scene.OpenCustomerAsync(DevicePlatform.Ios));
        var nowhere = await scene.OpenCustomerAsync();
        await scene.AddPushesAsync((android, 7, "7"), (ios, 1, "1"), (nowhere, 1, "none"), (android, 8, "8"), (android, 9, "9"));
        Assert.Equal(4, await scene.CountAsync());

        foreach (var number in (long[])[7, 8, 9])
        {
            var message = Assert.Single(await scene.ClaimAsync(OutboxChannel.AndroidPush));
            Assert.Equal((number, $"{number}", OutboxScene.Title), (message.NotificationNumber, message.Body, message.Title));
            Assert.Equal((DevicePlatform.Android, $"token of {android}"), (message.Target!.Platform, message.Target.PushToken.Value));
            await scene.Store.EndAsync(message, Stop);
        }

        Assert.Equal(ios, Assert.Single(await scene.ClaimAsync(OutboxChannel.IosPush)).Customer);
    }

    [Fact]
    public async Task ClaimAsync_TwoSilosAtOnce_GivesEachMessageToOne()
    {
        var scene = await OutboxScene.OpenAsync(server);
        const int Count = 40;
        for (var i = 0; i < Count; i++)
            await scene.AddSmsAsync(await scene.OpenCustomerAsync(), $"{i}");

        await using var source = scene.Database.BuildSource();
        var other = new OutboxStore(source);
        var claims = await Task.WhenAll(
            Enumerable.Range(0, 2 * Count).Select(i => Task.Run(() => scene.ClaimAsync(
                OutboxChannel.Sms, count: 3, store: i % 2 == 0 ? scene.Store : other))));
        var ids = claims.SelectMany(claim => claim).Select(message => message.Id).ToArray();
        Assert.Equal((Count, Count), (ids.Length, ids.Distinct().Count()));
    }

    [Fact]
    public async Task ClaimAsync_SiloThatDied_MessageComesAgainWithItsIdWhenTheLeaseEnds()
    {
        var scene = await OutboxScene.OpenAsync(server);
        await scene.AddSmsAsync(await scene.OpenCustomerAsync(), "text");
        var first = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms, lease: Lease));
        await scene.PassAsync(Lease - Instant);
        Assert.Empty(await scene.ClaimAsync(OutboxChannel.Sms));
        await scene.PassAsync(Instant);
        var second = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms));
        Assert.Equal(first with { Tries = 2 }, second);
    }

    /// <summary>A silo that was believed dead puts nothing off, but what it has sent is done with.</summary>
    [Fact]
    public async Task RetryAsync_LeaseOfAnother_LeavesItAlone()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        await scene.AddSmsAsync(customer, "1");
        await scene.AddSmsAsync(customer, "2");
        var late = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms, lease: Lease));
        await scene.PassAsync(Lease);
        var current = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms, lease: Lease));
        await scene.Store.RetryAsync(late, TimeSpan.FromHours(1), Stop);
        await scene.PassAsync(Lease);
        Assert.Equal(3, Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms)).Tries);

        await scene.Store.EndAsync(late, Stop);
        Assert.Equal("2", await scene.ClaimTextsAsync(OutboxChannel.Sms));
        await scene.Store.EndAsync(current, Stop);
        Assert.Equal("", await scene.ClaimTextsAsync(OutboxChannel.Sms));
    }

    /// <summary>What docs/operations.md tells the owner to do when a gateway stays away.</summary>
    [Fact]
    public async Task ClaimAsync_OwnerGaveADayMore_GivesThoseThatWaitInTheirOrder()
    {
        var manual = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations.md"), Stop);
        var statement = manual[manual.IndexOf("update bank.outbox o\n", StringComparison.Ordinal)..];
        statement = statement[..statement.IndexOf(';', StringComparison.Ordinal)];
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync(DevicePlatform.Android);
        await scene.AddPushesAsync((customer, 1, "1"), (customer, 2, "2"), (customer, 3, "3"));
        var first = Assert.Single(await scene.ClaimAsync(OutboxChannel.AndroidPush));
        await scene.Store.RetryAsync(first, TimeSpan.FromMinutes(1), Stop);

        await TestDatabase.ExecuteAsync(scene.Database.Owner, statement);
        await scene.PassAsync(OutboxScene.Lifetime);
        foreach (var number in (long[])[1, 2, 3])
        {
            var message = Assert.Single(await scene.ClaimAsync(OutboxChannel.AndroidPush));
            Assert.Equal((number, false), (message.NotificationNumber, message.Expired));
            await scene.Store.EndAsync(message, Stop);
        }
    }

    [Fact]
    public async Task DropAsync_LeaseOfAnother_LeavesItAlone()
    {
        var scene = await OutboxScene.OpenAsync(server);
        await scene.AddSmsAsync(await scene.OpenCustomerAsync(), "1");
        var late = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms, lease: Lease));
        await scene.PassAsync(Lease);
        var current = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms, lease: Lease));
        await scene.Store.DropAsync(late, Stop);
        Assert.Equal(1, await scene.CountAsync());
        await scene.Store.DropAsync(current, Stop);
        Assert.Equal(0, await scene.CountAsync());
    }

    [Fact]
    public async Task DropExpiredAsync_ManyBehindIt_DropsThoseThatHaveExpiredToo()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var (customer, other) = (await scene.OpenCustomerAsync(), await scene.OpenCustomerAsync());
        foreach (var text in (string[])["1", "2", "3"])
            await scene.AddSmsAsync(customer, text);
        await scene.AddSmsAsync(other, "of another");
        await scene.PassAsync(OutboxScene.Lifetime);
        await scene.AddSmsAsync(customer, "in time");

        var expired = (await scene.ClaimAsync(OutboxChannel.Sms)).Single(message => message.Customer == customer);
        Assert.True(expired.Expired);
        Assert.Equal(3, await scene.Store.DropExpiredAsync(expired, Stop));
        Assert.Equal("in time", await scene.ClaimTextsAsync(OutboxChannel.Sms));
        Assert.Equal(2, await scene.CountAsync());
    }

    /// <summary>Its lease ends after it expires, and so it looks as if it waited behind another.</summary>
    [Fact]
    public async Task EndAsync_NextIsUnderWayAtItsEnd_LeavesItToWhoeverHasIt()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        await scene.AddSmsAsync(customer, "1");
        await scene.AddSmsAsync(customer, "2");
        var late = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms, lease: Lease));
        await scene.PassAsync(OutboxScene.Lifetime - Instant);
        await scene.Store.EndAsync(Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms)), Stop);
        Assert.Equal("2", await scene.ClaimTextsAsync(OutboxChannel.Sms));

        await scene.Store.EndAsync(late, Stop);
        Assert.Equal([false], await scene.Store.TryEndAsync([late], Stop));
        Assert.Equal("", await scene.ClaimTextsAsync(OutboxChannel.Sms));
    }

    /// <summary>Otherwise both would be due: the second does not see the first before that is committed.</summary>
    [Fact]
    public async Task AddSms_WhileAnotherIsAddedForTheCustomer_WaitsAndComesBehindIt()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        await using var connection = await scene.Database.Silo.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await AddAsync(connection, customer, "1");
        var second = scene.AddSmsAsync(customer, "2");
        await OutboxScene.EventuallyAsync(
            () => TestDatabase.ReadAsync<bool>(
                scene.Database.Corruptor,
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'advisory')"),
            true);
        await transaction.CommitAsync(Stop);
        await second;
        var first = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms));
        Assert.Equal("1", first.Body);
        await scene.Store.EndAsync(first, Stop);
        Assert.Equal("2", await scene.ClaimTextsAsync(OutboxChannel.Sms));
    }

    [Fact]
    public async Task RetryAsync_WithADelay_PutsOffThoseBehindToo()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        await scene.AddSmsAsync(customer, "1");
        await scene.Store.RetryAsync(Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms)), TimeSpan.FromHours(1), Stop);
        await scene.AddSmsAsync(customer, "2");
        await scene.PassAsync(TimeSpan.FromHours(1) - Instant);
        Assert.Equal("", await scene.ClaimTextsAsync(OutboxChannel.Sms));
        Assert.Equal(TimeSpan.Zero, await scene.Store.ReadAgeAsync(OutboxChannel.Sms, Stop));
        await scene.PassAsync(Instant + TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(7), await scene.Store.ReadAgeAsync(OutboxChannel.Sms, Stop));
        Assert.Equal("1", await scene.ClaimTextsAsync(OutboxChannel.Sms));
    }

    [Fact]
    public async Task RetryAsync_BeyondTheLifetime_ComesAsExpiredWhenItEnds()
    {
        var scene = await OutboxScene.OpenAsync(server);
        await scene.AddSmsAsync(await scene.OpenCustomerAsync(), "text");
        await scene.Store.RetryAsync(Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms)), TimeSpan.FromDays(1_000), Stop);
        await scene.PassAsync(OutboxScene.Lifetime - Instant);
        Assert.Empty(await scene.ClaimAsync(OutboxChannel.Sms));
        await scene.PassAsync(Instant);
        Assert.True(Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms)).Expired);
    }

    /// <summary>The message is added behind one that ends before it is committed: nobody would come by and make it due.</summary>
    [Fact]
    public async Task EndAsync_WhileAnotherIsAdded_WaitsForItAndMakesItDue()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        await scene.AddSmsAsync(customer, "1");
        var first = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms));

        await using var connection = await scene.Database.Silo.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await AddAsync(connection, customer, "2");
        var ending = scene.Store.EndAsync(first, Stop);
        await OutboxScene.EventuallyAsync(
            () => TestDatabase.ReadAsync<bool>(scene.Database.Corruptor, """
                select exists (select from pg_stat_activity
                                where datname = current_database() and wait_event_type = 'Lock' and query like 'delete%')
                """),
            true);
        await transaction.CommitAsync(Stop);
        await ending;
        Assert.Equal("2", await scene.ClaimTextsAsync(OutboxChannel.Sms));
    }

    /// <summary>One behind which somebody adds another, and takes his time, keeps those of nobody else.</summary>
    [Fact]
    public async Task TryEndAsync_WhileAnotherIsAddedBehindOne_EndsTheOthers()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var (one, other) = (await scene.OpenCustomerAsync(), await scene.OpenCustomerAsync());
        foreach (var (customer, text) in ((CustomerNumber, string)[])[(one, "1"), (other, "a"), (other, "b")])
            await scene.AddSmsAsync(customer, text);
        var claimed = await scene.ClaimAsync(OutboxChannel.Sms);

        await using (var connection = await scene.Database.Silo.OpenConnectionAsync(Stop))
        await using (var transaction = await connection.BeginTransactionAsync(Stop))
        {
            await AddAsync(connection, one, "2");
            Assert.Equal([false, true], await scene.Store.TryEndAsync(claimed, Stop));
            Assert.Equal("b", await scene.ClaimTextsAsync(OutboxChannel.Sms));
            await transaction.CommitAsync(Stop);
        }

        Assert.Equal([true, false], await scene.Store.TryEndAsync(claimed, Stop));
        Assert.Equal("2", await scene.ClaimTextsAsync(OutboxChannel.Sms));
    }

    [Theory]
    [InlineData(true, "2")]
    [InlineData(false, "1")]
    public async Task AddSms_WhileTheOneBeforeEnds_IsDueByItselfAndYetBehindIt(bool ends, string claimed)
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        await scene.AddSmsAsync(customer, "1");
        await using var connection = await scene.Database.Silo.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var delete = new NpgsqlCommand("delete from bank.outbox", connection))
            await delete.ExecuteNonQueryAsync(Stop);
        await scene.AddSmsAsync(customer, "2");
        await (ends ? transaction.CommitAsync(Stop) : transaction.RollbackAsync(Stop));
        Assert.Equal(claimed, await scene.ClaimTextsAsync(OutboxChannel.Sms));
    }

    /// <summary>Otherwise a change that the row's version refuses would tell of what never was.</summary>
    [Fact]
    public async Task AddSms_WithAChangeOfCredentials_IsThereIfTheChangeIs()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        var change = new CredentialsChange([SecurityEventKind.Locked], Bank.Noon, null, null, []);
        await scene.Credentials.WriteAsync(customer, CredentialsState.None, 0, change, Stop);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => WriteAsync(version: 0));
        Assert.Equal(PostgresErrorCodes.SerializationFailure, exception.SqlState);
        Assert.Equal(0, await scene.CountAsync());
        await WriteAsync(version: 1);
        Assert.Equal(1, await scene.CountAsync());

        Task WriteAsync(long version) => scene.Credentials.WriteAsync(
            customer, CredentialsState.None, version, change with { Also = [OutboxScene.Sms(customer, "locked")] }, Stop);
    }

    [Fact]
    public async Task AddSms_BeforeTheNumberChanges_GoesToTheNumberBefore()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        var before = (await new Customers.CustomerStore(scene.Database.Silo, TimeProvider.System).FindAsync(customer, Stop))!.Phone;
        await using var batch = scene.Database.Silo.CreateBatch();
        batch.BatchCommands.Add(OutboxStore.AddSms(customer, language => $"{language}", OutboxScene.Lifetime));
        batch.BatchCommands.Add(Customers.CustomerStore.SetPhone(customer, PhoneNumber.FromE164("+491711234567")));
        await batch.ExecuteNonQueryAsync(Stop);
        var message = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms));
        Assert.Equal((before, nameof(Language.Albanian)), (message.Phone, message.Body));
    }

    private static async Task AddAsync(NpgsqlConnection connection, CustomerNumber customer, string text)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { OutboxScene.Sms(customer, text) } };
        await batch.ExecuteNonQueryAsync(Stop);
    }
}
