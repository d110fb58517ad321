using System.Reflection;
using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Hosting;
using BktSmart.Notifications;
using BktSmart.Payments;
using BktSmart.StandingOrders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace BktSmart.Tests.Cluster;

/// <summary>A key that names nothing costs memory for a second, whatever actor it is of.</summary>
public sealed class UnknownKeyTest(StillBank bank) : IClassFixture<StillBank>
{
    private static readonly StaffMember Agent = new("agent-1");
    private static readonly CustomerNumber Nobody = CustomerNumber.From(799_999_999);
    private static readonly Iban NobodysIban = Iban.Albanian("205", "1100", "9999999999999999");

    /// <summary>For each actor with a key of its own: a call with a key that nothing has.</summary>
    private static readonly Dictionary<Type, (string Type, Func<IGrainFactory, Task> Call)[]> Calls = new()
    {
        [typeof(IAccountGrain)] =
        [
            ("account", grains => grains.Account(NobodysIban).Get(Nobody, CancellationToken.None)),
        ],
        [typeof(ICustomerGrain)] =
        [
            ("customer", grains => grains.Customer(Nobody).Get(CancellationToken.None)),
            ("customer", grains => grains.Customer(Nobody).ListAccounts(CancellationToken.None)),
            ("customer", grains => grains.Customer(Nobody).RecordAgreement(Agent, 1, CancellationToken.None)),
        ],
        [typeof(ICredentialsGrain)] =
        [
            ("credentials", grains => grains.Credentials(Nobody).GetStanding(CancellationToken.None)),
            ("credentials", grains => grains.Credentials(Nobody).ListFnpMessages(CancellationToken.None)),
        ],
        [typeof(IFnpSessionGrain)] =
        [
            ("fnp-session", grains => grains.FnpSession(Guid.NewGuid()).Resend(Guid.NewGuid(), CancellationToken.None)),
            ("fnp-session", grains => grains.FnpSession(Guid.NewGuid()).Verify(
                FnpPurpose.SignIn, content: null, Guid.NewGuid(), new Secret("111111"), BankCluster.Origin, CancellationToken.None)),
        ],
        [typeof(ISessionGrain)] =
        [
            ("session", grains => grains.Session(Guid.NewGuid()).Refresh(1, Guid.NewGuid(), CancellationToken.None)),
        ],
        [typeof(INotificationInboxGrain)] =
        [
            ("notification-inbox", grains => grains.NotificationInbox(Nobody).List(null, 10, CancellationToken.None)),
            ("notification-inbox", grains => grains.NotificationInbox(Nobody).GetLastNumber(CancellationToken.None)),
        ],
        [typeof(IPaymentSettingsGrain)] =
        [
            ("payer", grains => grains.PaymentSettings(Nobody).ListTrustedPayees(CancellationToken.None)),
            ("payer", grains => grains.PaymentSettings(Nobody).GetLimits(NobodysIban, CancellationToken.None)),
        ],
        [typeof(IStandingOrdersGrain)] =
        [
            ("standing-orders", grains => grains.StandingOrders(Nobody).List(CancellationToken.None)),
            ("standing-orders", grains => grains.StandingOrders(Nobody).Get(Guid.NewGuid(), CancellationToken.None)),
            ("standing-orders", grains => grains.StandingOrders(Nobody).ListScheduled(NobodysIban, CancellationToken.None)),
        ],
    };

    public static TheoryData<string, int> Cases =>
        [.. Calls.SelectMany(entry => entry.Value.Select((_, i) => new TheoryDataRow<string, int>(entry.Key.Name, i)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Call_KeyThatNothingHas_LeavesNoActivationAfterASecond(string grain, int index)
    {
        var (type, call) = Calls.Single(entry => entry.Key.Name == grain).Value[index];
        var before = await CountAsync(type);
        await call(bank.Inside);
        Assert.Equal(before + 1, await CountAsync(type));
        bank.Clock.Advance(UnknownKeyFilter.Stay);
        await BankCluster.EventuallyAsync(() => CountAsync(type), count => count == before);
    }

    /// <summary>A grain with a key of its own is in the list above, or its key is a number that no caller chooses.</summary>
    [Fact]
    public void Calls_GrainsThatACallerCanName_AreAllTried()
    {
        var named = typeof(IAccountGrain).Assembly.GetTypes().Where(
            type => type is { IsInterface: true, IsPublic: true } && typeof(IGrainWithStringKey).IsAssignableFrom(type));
        Assert.Equal(named.Select(type => type.Name).Order(), Calls.Keys.Select(type => type.Name).Order());
    }

    /// <summary>Somebody whom the bank knows stays, and so is found without a look at the database.</summary>
    [Fact]
    public async Task Call_KeyOfAnAccount_StaysAfterASecond()
    {
        var account = await bank.OpenAccountAsync(await bank.OpenCustomerAsync());
        var before = await CountAsync("account");
        await bank.Grains.Account(account.Iban).Get(Nobody, CancellationToken.None);
        bank.Clock.Advance(UnknownKeyFilter.Stay);
        Assert.Equal(before + 1, await CountAsync("account"));
    }

    /// <summary>What a made-up key leaves behind besides, where Orleans would keep it for longer.</summary>
    [Fact]
    public void Silo_PlaceOfAnActorAndFnpSession_AreForgottenAfterAMinute()
    {
        var silo = bank.Cluster.GetSiloServiceProvider(bank.Cluster.Silos[0].SiloAddress);
        Assert.Equal(TimeSpan.FromMinutes(1), silo.GetRequiredService<IOptions<GrainDirectoryOptions>>().Value.MaximumCacheTTL);
        Assert.Equal(TimeSpan.FromMinutes(1), typeof(FnpSessionGrain).GetCustomAttribute<CollectionAgeLimitAttribute>()!.AgeLimit);
    }

    private async Task<int> CountAsync(string type) =>
        (await bank.Inside.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics())
            .Count(activation => activation.GrainId.Type.ToString() == type);
}
