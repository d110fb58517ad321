using BktSmart.Authentication;
using BktSmart.Messages;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>An outbox, and customers with devices. The database's clock stands still until a test moves it.</summary>
internal sealed class OutboxScene
{
    public const string Title = "BKT Smart";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Path = "{Devices,0,PushToken}";

    private readonly Bank _bank;
    private DateTimeOffset _now;

    private OutboxScene(Bank bank, DateTimeOffset now)
    {
        (_bank, _now) = (bank, now);
        Store = new OutboxStore(bank.Database.Silo);
        Credentials = new CredentialsStore(bank.Database.Silo);
    }

    public TestDatabase Database => _bank.Database;

    public OutboxStore Store { get; }

    public CredentialsStore Credentials { get; }

    public static async Task<OutboxScene> OpenAsync(TestServer server)
    {
        var database = await server.CreateDatabaseAsync();
        var scene = new OutboxScene(new Bank(database), Bank.Noon);
        await database.StopClockAsync(scene._now);
        return scene;
    }

    /// <summary>Moves the database's clock.</summary>
    public Task PassAsync(TimeSpan time) => Database.StopClockAsync(_now += time);

    public Task<CustomerNumber> OpenCustomerAsync() => _bank.OpenCustomerAsync();

    public async Task<CustomerNumber> OpenCustomerAsync(DevicePlatform platform)
    {
        var customer = await OpenCustomerAsync();
        var device = DeviceState.From(new Device(Guid.NewGuid(), "Phone", platform, $"token of {customer}"));
        var state = CredentialsState.None with { Devices = [device], LastDeviceId = device.Id };
        await Credentials.WriteAsync(customer, state, 0, new CredentialsChange([], Bank.Noon, null, null, []), CancellationToken.None);
        return customer;
    }

    /// <summary>A customer signs in on a device with another token, or, with null, has none any more.</summary>
    public Task SetTokenAsync(CustomerNumber customer, string? token) => TestDatabase.ExecuteAsync(Database.Owner, token is null
        ? $"update bank.credentials set state = state - 'LastDeviceId' where customer_number = {customer}"
        : $"""
          update bank.credentials
             set state = jsonb_set(state, '{Path}', '"{token}"')
           where customer_number = {customer}
          """);

    public static NpgsqlBatchCommand Sms(CustomerNumber customer, string text) => OutboxStore.AddSms(customer, _ => text, Lifetime);

    public Task AddSmsAsync(CustomerNumber customer, string text) => RunAsync(Sms(customer, text));

    public Task AddPushesAsync(params (CustomerNumber Customer, long Number, string Body)[] pushes) =>
        RunAsync(PushRows.Add([.. pushes.Select(push => (push.Customer.Value, push.Number, push.Body))], Title, Lifetime));

    public Task<long> CountAsync() => TestDatabase.ReadAsync<long>(Database.Owner, "select count(*) from bank.outbox");

    public async Task<IReadOnlyList<OutboxMessage>> ClaimAsync(
        OutboxChannel channel, int count = 100, TimeSpan? lease = null, OutboxStore? store = null) =>
        await (store ?? Store).ClaimAsync(channel, count, lease ?? TimeSpan.FromMinutes(1), CancellationToken.None);

    public async Task<string> ClaimTextsAsync(OutboxChannel channel) =>
        string.Join(", ", (await ClaimAsync(channel)).Select(message => message.Body));

    public static async Task EventuallyAsync<T>(Func<Task<T>> read, T expected)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var value = await read();
            if (Equals(value, expected))
                return;
            Assert.False(patience.IsCancellationRequested, $"It never came to {expected}; the last that was seen is {value}.");
            await Task.Yield();
        }
    }

    private async Task RunAsync(NpgsqlBatchCommand command)
    {
        await using var batch = Database.Silo.CreateBatch();
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync();
    }
}
