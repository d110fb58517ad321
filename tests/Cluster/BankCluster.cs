using System.Collections.Concurrent;
using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.BusinessDay;
using BktSmart.Cards;
using BktSmart.Customers;
using BktSmart.Dev;
using BktSmart.Keys;
using BktSmart.Ledger;
using BktSmart.Messages;
using BktSmart.Notifications;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace BktSmart.Tests.Cluster;

/// <summary>
/// A bank whose clock stands still until a test moves it. Streams stand still with it: the runtime's reading timers go by the same clock.
/// </summary>
public sealed class StillBank(TestServer server)
    : BankCluster(server, new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero)))
{
    public FakeTimeProvider Clock => (FakeTimeProvider)Time;
}

/// <summary>A bank whose payments need FNPs and meet limits, as the defaults say.</summary>
public sealed class StrictBank(TestServer server)
    : BankCluster(server, new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero)))
{
    public FakeTimeProvider Clock => (FakeTimeProvider)Time;

    protected override IOptions<PaymentOptions> Payments { get; } = TestPayments.Strict;
}

/// <summary>A bank that looks at few passwords from unknown devices of one network.</summary>
public sealed class WaryBank(TestServer server)
    : BankCluster(server, new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero)))
{
    public FakeTimeProvider Clock => (FakeTimeProvider)Time;

    protected override int StrangersPerNetworkAndHour => 20;

    /// <summary>So many that no silo looks at one more.</summary>
    public int TooMany => 5 * StrangersPerNetworkAndHour;
}

/// <summary>A bank whose business dates end by themselves when a test asks: its silos look once, when nothing is due yet.</summary>
public sealed class DatedBank(TestServer server)
    : BankCluster(server, new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero)))
{
    public FakeTimeProvider Clock => (FakeTimeProvider)Time;

    protected override TimeSpan? EndOfDayAt => TimeSpan.FromHours(20);
}

/// <summary>A bank in real time.</summary>
public sealed class LiveBank(TestServer server) : BankCluster(server, TimeProvider.System)
{
    /// <summary>A kind of news that only this bank has words for.</summary>
    internal const CustomerEventKind OnlyHere = (CustomerEventKind)900;

    protected override void Configure(ISiloBuilder silo) => silo.Services.AddSingleton(new CustomerEventText(
        OnlyHere,
        (happened, _) => new NotificationText(NotificationCategory.Security, "Only here", $"{happened.Detail.GetProperty("i")}")));
}

/// <summary>A bank in real time whose silos have reminders.</summary>
public sealed class RemindingBank(TestServer server) : BankCluster(server, TimeProvider.System)
{
    protected override void Configure(ISiloBuilder silo) => silo.UseInMemoryReminderService();
}

/// <summary>Two silos in this process over a database of their own. SMS and push messages arrive in <see cref="Messages"/>.</summary>
public abstract class BankCluster(TestServer server, TimeProvider time) : IAsyncLifetime
{
    public const string Origin = "192.0.2.0/24";

    /// <summary>A crowd that waits for its hashes on a busy machine is no defect.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly StaffMember Teller = new("teller-1");

    private InProcessTestCluster? _cluster;
    private TestLog? _log;
    private readonly TestPeople _people = new();

    protected TimeProvider Time { get; } = time;

    /// <summary>No payment needs an FNP; most tests are about something else.</summary>
    protected virtual IOptions<PaymentOptions> Payments => TestPayments.Free;

    /// <summary>All tests of a bank come from one network.</summary>
    protected virtual int StrangersPerNetworkAndHour => 1_000_000;

    /// <summary>Null for only by staff.</summary>
    protected virtual TimeSpan? EndOfDayAt => null;

    public RecordedMessages Messages { get; } = new();

    /// <summary>What a bank has of its own.</summary>
    protected virtual void Configure(ISiloBuilder silo)
    {
    }

    public TestDatabase Database { get; private set; } = null!;

    public InProcessTestCluster Cluster => _cluster!;

    /// <summary>As API nodes have it: through the gateways, and only what they call.</summary>
    public IGrainFactory Grains => _cluster!.Client;

    /// <summary>As a silo has it, for what actors call of each other.</summary>
    public IGrainFactory Inside => _cluster!.GetSiloServiceProvider().GetRequiredService<IGrainFactory>();

    public async ValueTask InitializeAsync()
    {
        _log = TestLog.Current;
        Database = await server.CreateDatabaseAsync();
        await StartAsync();
    }

    public async Task StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        // It would look by a part of Orleans that no client reaches whether the silos know of each other.
        builder.Options.InitializeClientOnDeploy = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<ILoggerProvider>(_log!);
            silo.Services.AddSingleton(Time);
            silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            silo.Services.AddSingleton(Database.Silo);
            silo.Services.AddSingleton<ISmsGateway>(Messages);
            silo.Services.AddSingleton<IPushGateway>(Messages);
            Configure(silo);
            silo.AddBank();
            silo.Services.Configure<SiloMessagingOptions>(
                options => (options.ResponseTimeout, options.SystemResponseTimeout) = (Patience, Patience));
            silo.Services.AddSingleton(Payments);
            // The first round, at the start, has the calendar and nothing to end; the next one comes after the test.
            silo.Services.Configure<BusinessDayOptions>(
                options => (options.EndOfDayAt, options.Interval) = (EndOfDayAt, TimeSpan.FromMinutes(10)));
            silo.Services.Configure<LockoutOptions>(options => options.StrangersPerNetworkAndHour = StrangersPerNetworkAndHour);
            silo.Services.Configure<KeyOptions>(options => options.Directory = TestKeys.FolderPath);
        });
        builder.ConfigureClient(client =>
        {
            client.Services.AddSingleton<ILoggerProvider>(_log!);
            client.Services.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = Patience);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        await _cluster.InitializeClientAsync();
        await _cluster.WaitForLivenessToStabilizeAsync();
    }

    public async Task StopAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _cluster = null;
    }

    public async ValueTask DisposeAsync()
    {
        // An event that is on its way to a silo that stops comes again, to another one.
        _log?.Allow("Orleans.Messaging[100071]");
        _log?.Allow("Orleans.Streams.ledger[103314]");
        _log?.Allow("An event could not be delivered to its inbox");
        // Reminders are in the memory of one of the silos that stop.
        _log?.Allow("Orleans.Runtime.ReminderService.LocalReminderService[102920]");
        await StopAsync();
        GC.SuppressFinalize(this);
        _log?.AssertNoneIsLeft();
    }

    /// <summary>A customer with an agreement and a card, not enrolled.</summary>
    public async Task<TestCustomer> OpenCustomerAsync(Language language = Language.English)
    {
        var (person, card) = _people.Next(language);
        var created = await Grains.CustomerRegistry().Create(Teller, person, CancellationToken.None);
        Assert.True(created.Succeeded, created.Refusal?.Reason.ToString());
        var number = created.Value.Number;
        await Grains.Customer(number).RecordAgreement(Teller, 2, CancellationToken.None);
        await Grains.Customer(number).IssueCard(Teller, card, CardExpiry.Parse("12/29"), CancellationToken.None);
        return new TestCustomer(number, person.Phone, card);
    }

    public async Task<AccountDetails> OpenAccountAsync(TestCustomer customer, long balanceMinor = 0)
    {
        var opened = await Grains.Customer(customer.Number)
            .OpenAccount(Teller, Guid.NewGuid(), "1100", Currency.Parse("ALL"), CancellationToken.None);
        if (balanceMinor > 0)
            await DepositAsync(opened.Value!, balanceMinor);
        return opened.Value!;
    }

    public async Task DepositAsync(AccountDetails account, long amountMinor)
    {
        var deposit = new CashCommand(new TransferId(Guid.CreateVersion7()), new Money(amountMinor, Currency.Parse("ALL")), "");
        Assert.True((await Grains.Account(account.Iban).MoveCash(
            Teller, CashDirection.Deposit, deposit, OrderTerms.Unlimited, CancellationToken.None)).Succeeded);
    }

    public static Device NewDevice(string? pushToken = "push-token") => new(Guid.NewGuid(), "Phone", DevicePlatform.Android, pushToken);

    /// <param name="password">Null for <c>correct horse 1</c>.</param>
    public async Task EnrolAsync(TestCustomer customer, Secret? password = null)
    {
        var device = NewDevice();
        var challenge = await Grains.Authentication().BeginEnrolment(
            new CustomerIdentifier(customer.Number, null), customer.Card, CardExpiry.Parse("12/29"),
            device, Origin, Guid.NewGuid(), CancellationToken.None);
        var fnp = await Messages.NextFnpAsync(customer.Phone);
        var done = await Grains.Authentication().CompleteEnrolment(
            challenge.Value!.SessionId, device.Id, fnp, password ?? TestCustomer.Password, Origin, CancellationToken.None);
        Assert.True(done.Succeeded, done.Refusal?.Reason.ToString());
    }

    public async Task<(FnpChallenge Challenge, Secret Fnp)> BeginSignInAsync(TestCustomer customer, Device device)
    {
        var challenge = await Grains.Authentication().BeginSignIn(
            new CustomerIdentifier(customer.Number, null), TestCustomer.Password, device, Origin, Guid.NewGuid(),
            CancellationToken.None);
        return (challenge.Value!, await Messages.NextFnpAsync(customer.Phone));
    }

    public async Task<SessionTokens> SignInAsync(TestCustomer customer, Device device)
    {
        var (challenge, fnp) = await BeginSignInAsync(customer, device);
        var signedIn = await Grains.Authentication().CompleteSignIn(challenge.SessionId, device.Id, fnp, Origin, CancellationToken.None);
        Assert.True(signedIn.Succeeded, signedIn.Refusal?.Reason.ToString());
        return signedIn.Value.Tokens;
    }

    /// <summary>How often a try was written down that is nobody's.</summary>
    public Task<long> CountDecoysAsync() => TestDatabase.ReadAsync<long>(Database.Owner, "select sum(version)::bigint from bank.decoy");

    /// <param name="requestId">Null for a new one.</param>
    public Task<Result<SessionTokens>> RefreshAsync(Secret token, Guid? requestId = null) =>
        Grains.Authentication().RefreshSession(token, requestId ?? Guid.NewGuid(), CancellationToken.None);

    /// <summary>
    /// Ends when every silo has sent the SMS that the calls before have led to. Each silo has a queue of its own for FNPs, so one message
    /// says nothing of another. What tells something stays in the outbox until its gateway has it.
    /// </summary>
    public async Task SmsSentAsync()
    {
        await EventuallyAsync(() => Task.FromResult(Cluster.Silos.All(silo => QueueOf(silo).IsIdle)), idle => idle);
        await EventuallyAsync(
            () => TestDatabase.ReadAsync<long>(
                Database.Owner, $"select count(*) from bank.outbox where channel = {(short)OutboxChannel.Sms}"),
            waiting => waiting == 0);

        SmsQueue QueueOf(InProcessSiloHandle silo) => Cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<SmsQueue>();
    }

    /// <summary>Whether an FNP was sent that nobody has taken yet.</summary>
    public async Task<bool> HasFnpAsync(PhoneNumber phone)
    {
        await SmsSentAsync();
        return Messages.HasFnpFor(phone);
    }

    /// <summary>Waits for something that the cluster does on its own; the deadline is only for a defect.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> read, Func<T, bool> reached)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var value = await read();
            if (reached(value))
                return value;
            Assert.False(patience.IsCancellationRequested, $"It never came to that; the last that was seen is {value}.");
            await Task.Yield();
        }
    }
}

public sealed record TestCustomer(CustomerNumber Number, PhoneNumber Phone, Secret Card)
{
    public static readonly Secret Password = new("correct horse 1");
}

/// <summary>Keeps what was sent. A message that is waited for completes the wait.</summary>
public sealed class RecordedMessages : ISmsGateway, IPushGateway
{
    private readonly ConcurrentDictionary<string, System.Threading.Channels.Channel<string>> _sms = new();

    public ConcurrentQueue<(PhoneNumber To, Guid Id)> SmsIds { get; } = new();

    public ConcurrentQueue<(PhoneNumber To, string Text)> Alerts { get; } = new();

    public ConcurrentQueue<(PushTarget Target, PushMessage Message)> Pushes { get; } = new();

    /// <summary>What the push service says of a token.</summary>
    public ConcurrentDictionary<string, SendOutcome> Tokens { get; } = new();

    /// <summary>What the provider says of SMS with FNPs, which then do not come.</summary>
    public SendOutcome? FnpOutcome { get; set; }

    /// <summary>What the provider says of SMS that tell something, which then do not come.</summary>
    public SendOutcome? AlertOutcome { get; set; }

    public IReadOnlyList<string> AlertsTo(PhoneNumber phone) => [.. Alerts.Where(alert => alert.To == phone).Select(alert => alert.Text)];

    /// <summary>What has come by now; <see cref="BankCluster.HasFnpAsync"/> waits for what is on its way.</summary>
    internal bool HasFnpFor(PhoneNumber phone) => Of(phone).Reader.TryPeek(out _);

    public async Task<Secret> NextFnpAsync(PhoneNumber phone) => new((await NextFnpTextAsync(phone))[^6..]);

    public async Task<string> NextFnpTextAsync(PhoneNumber phone)
    {
        using var patience = new CancellationTokenSource(BankCluster.Patience);
        return await Of(phone).Reader.ReadAsync(patience.Token);
    }

    public async Task<SendOutcome> SendAsync(Guid id, PhoneNumber to, string text, CancellationToken cancellationToken)
    {
        SmsIds.Enqueue((to, id));
        var isFnp = text.Contains("\n@", StringComparison.Ordinal);
        if ((isFnp ? FnpOutcome : AlertOutcome) is { } other)
            return other;
        if (isFnp)
            await Of(to).Writer.WriteAsync(text, cancellationToken);
        else
            Alerts.Enqueue((to, text));
        return SendOutcome.Delivered;
    }

    public Task<SendOutcome> SendAsync(PushTarget target, PushMessage message, CancellationToken cancellationToken)
    {
        Pushes.Enqueue((target, message));
        return Task.FromResult(Tokens.GetValueOrDefault(target.PushToken.Value, SendOutcome.Delivered));
    }

    private System.Threading.Channels.Channel<string> Of(PhoneNumber phone) =>
        _sms.GetOrAdd(phone.Value, _ => System.Threading.Channels.Channel.CreateUnbounded<string>());
}
