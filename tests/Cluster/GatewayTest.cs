using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Reflection;
using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Hosting;
using BktSmart.Ledger;
using BktSmart.Notifications;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Runtime.Services;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace BktSmart.Tests.Cluster;

/// <summary>Whoever reaches a gateway and has the contract: what the silos answer, and what they do.</summary>
public sealed class GatewayTest(RemindingBank bank) : IClassFixture<RemindingBank>
{
    private static readonly StaffMember Teller = new("teller-1");
    private static readonly CustomerNumber Nobody = CustomerNumber.From(799_999_998);

    /// <summary>Calls that silos make, each of which would be of use to somebody.</summary>
    private static readonly Dictionary<string, Func<IGrainFactory, Task>> CallsOfSilos = new()
    {
        ["session"] = grains => grains.Session(Guid.NewGuid()).Open(
            Nobody, Guid.NewGuid(), onlyPasswordChange: false, Language.Albanian, CancellationToken.None),
        ["fnp"] = grains => grains.FnpSession(Guid.NewGuid()).BeginNewPassword(
            FnpPurpose.Enrolment, Nobody, nobody: false, inOrder: true, BankCluster.NewDevice(), BankCluster.Origin,
            CancellationToken.None),
        ["password"] = grains => grains.Credentials(Nobody).SetPassword(
            1, FnpPurpose.PasswordReset, new Secret("correct horse 1"), BankCluster.NewDevice(), BankCluster.Origin, Guid.NewGuid(),
            Guid.NewGuid(), Guid.Empty, CancellationToken.None),
        ["management"] = grains => grains.GetGrain<IManagementGrain>(0).GetHosts(),
    };

    public static TheoryData<string> CasesOfSilos => [.. CallsOfSilos.Keys];

    private IServiceProvider Silo(int index) => bank.Cluster.GetSiloServiceProvider(bank.Cluster.Silos[index].SiloAddress);

    [Fact]
    public async Task Call_OfApiNodes_IsAnswered() => Assert.Contains(
        await bank.Grains.Gateway().GetAddress(), bank.Cluster.Silos.Select(silo => silo.GatewayAddress.Endpoint));

    [Theory, MemberData(nameof(CasesOfSilos))]
    public async Task Call_OfSilos_IsRefusedToAClientAndSaysNothing(string call)
    {
        var refused = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => CallsOfSilos[call](bank.Grains));
        Assert.Equal(new UnauthorizedAccessException().Message, refused.Message);
    }

    [Fact]
    public async Task OpenSession_ByAClient_OpensNone()
    {
        var (customer, epoch) = await EnrolledAsync();
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => OpenSessionAsync(bank.Grains, customer, epoch));
        Assert.Empty(await SessionsAsync(customer));
        Assert.True((await OpenSessionAsync(bank.Inside, customer, epoch)).Succeeded);
    }

    [Fact]
    public async Task Post_AtTheLedgersLeader_BooksNothing()
    {
        var account = await bank.OpenAccountAsync(await bank.OpenCustomerAsync());
        var leader = Silo(0).GetRequiredService<ILedgerLeadership>().Leader ?? Silo(1).GetRequiredService<ILedgerLeadership>().Leader;
        var gateways = bank.Cluster.Silos.Select(silo => silo.GatewayAddress);
        // A client that connects to a gateway finds the parts of its silo under the gateway's address.
        await Task.WhenAll(gateways.Select(gateway => Assert.ThrowsAsync<UnauthorizedAccessException>(async () =>
            await PostAsync(GrainId.Create(((IAddressable)leader!).GetGrainId().Type, gateway.ToParsableString()), account))));
        Assert.Equal(0, await BalanceAsync(account));

        // Under the silo's own address the gateway would connect to it: that is no way for a client.
        using var refusals = new Refusals(GatewayRefusal.Target);
        Ignore(PostAsync(((IAddressable)leader!).GetGrainId(), account));
        await refusals.OneAsync();
        Assert.Equal(0, await BalanceAsync(account));
    }

    /// <summary>As the readers of the ledger's events deliver them to an inbox.</summary>
    [Fact]
    public async Task DeliverMutable_StreamOfAnInbox_IsRefused()
    {
        var consumer = Assembly.Load("Orleans.Streaming").GetType("Orleans.Streams.IStreamConsumerExtension", throwOnError: true)!;
        var method = consumer.GetMethod("DeliverMutable")!;
        var inbox = ((IAddressable)bank.Grains.NotificationInbox(Nobody)).GetGrainId();
        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => (Task)method.Invoke(Find(inbox, consumer), new object?[method.GetParameters().Length])!);
    }

    [Fact]
    public async Task RegisterReminder_ByAClient_RegistersNone()
    {
        var target = ((IAddressable)bank.Inside.Account(Iban.Albanian("205", "1100", "9999999999999998"))).GetGrainId();
        var service = ((IAddressable)new Reminders(Silo(0)).OfSilo(bank.Cluster.Silos[0].SiloAddress)).GetGrainId();
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => AtTheFirstGateway<IReminderService>(service.Type, reminders =>
            reminders.RegisterOrUpdateReminder(target, "test", TimeSpan.FromHours(1), TimeSpan.FromHours(1))));
        Assert.Empty((await Silo(0).GetRequiredService<IReminderTable>().ReadRows(target)).Reminders);
    }

    [Fact]
    public async Task DeactivateOnIdle_ExtensionOfAnActor_IsRefusedAndTheActorStays()
    {
        var account = await bank.OpenAccountAsync(await bank.OpenCustomerAsync(), 100);
        var actor = bank.Grains.Account(account.Iban);
        await actor.Get(Nobody, CancellationToken.None);
        Assert.True(bank.Cluster.TryGetGrainContext(((IAddressable)actor).GetGrainId(), out var context));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            async () => await actor.AsReference<IGrainManagementExtension>().DeactivateOnIdle());
        Assert.False(context.Deactivated.IsCompleted);
    }

    /// <summary>Nobody waits for the answer, so the metric shows it.</summary>
    [Fact]
    public async Task Cancel_CallOfAnother_IsRefused()
    {
        using var refusals = new Refusals(GatewayRefusal.Method);
        var method = ApiCalls.Cancellation.GetMethods().Single();
        var target = ((IAddressable)bank.Grains.Account(Iban.Albanian("205", "1100", "9999999999999997"))).GetGrainId();
        var messageId = Activator.CreateInstance(method.GetParameters()[1].ParameterType, 1L);
        await (ValueTask)method.Invoke(
            Find(target, ApiCalls.Cancellation),
            [GrainId.Create("sys.client", Guid.NewGuid().ToString("N")), messageId, CancellationToken.None])!;
        await refusals.OneAsync();
    }

    [Fact]
    public void Cancel_OwnCall_IsLetThrough()
    {
        var (client, other) = (GrainId.Create("sys.client", "1"), GrainId.Create("sys.client", "2"));
        Assert.True(GatewayCallFilter.MayCall(client, Cancellation.Of(client)));
        Assert.False(GatewayCallFilter.MayCall(client, Cancellation.Of(other)));
    }

    /// <summary>The name of the caller is what a client writes there.</summary>
    [Fact]
    public async Task Call_InTheNameOfASilo_IsDroppedAndNotRun()
    {
        var (customer, epoch) = await EnrolledAsync();
        using var refusals = new Refusals(GatewayRefusal.Sender);
        var silo = GrainId.Create("sys.client", $"hosted-{bank.Cluster.Silos[0].SiloAddress.ToParsableString()}");
        using (new OtherName(bank.Cluster.Client.ServiceProvider, silo))
            Ignore(OpenSessionAsync(bank.Grains, customer, epoch));
        await refusals.OneAsync();
        Assert.Empty(await SessionsAsync(customer));
        Assert.Contains(await bank.Grains.Gateway().GetAddress(), bank.Cluster.Silos.Select(s => s.GatewayAddress.Endpoint));
    }

    /// <summary>In one piece and byte by byte.</summary>
    [Theory]
    [InlineData("sys.client", "0123456789abcdef0123456789abcdef", true)]
    [InlineData("sys.client", "hosted-192.0.2.1:11111@1", false)]
    [InlineData("sys.client", "hosted-192.0.2.1:11111@1+0123456789abcdef0123456789abcdef", false)]
    [InlineData("sys.client", "0123456789abcdef0123456789abcdef+1", false)]
    [InlineData("sys.client2", "0123456789abcdef0123456789abcdef", false)]
    [InlineData("sys.silo", "01111111-1111-1111-1111-111111111111", false)]
    [InlineData("account", "AL1", false)]
    public async Task Connection_InANameThatNoClientHas_IsClosed(string type, string key, bool opens)
    {
        var preamble = PreambleOf(GrainId.Create(type, key));
        foreach (var pieceLength in (int[])[preamble.Length, 1])
        {
            var (toSilo, toClient) = (new Pipe(), new Pipe());
            byte[]? given = null;
            var connection = Silo(0).GetRequiredService<GatewayGuard>().Guard(async context =>
                given = (await context.Transport.Input.ReadAsync()).Buffer.ToArray())(new DefaultConnectionContext("test")
            {
                Transport = new Ends(toSilo.Reader, toClient.Writer),
            });
            foreach (var piece in preamble.Chunk(pieceLength))
                await toSilo.Writer.WriteAsync(piece);
            await connection;
            Assert.Equal(opens ? preamble : null, given);
        }
    }

    private async Task<(TestCustomer Customer, int Epoch)> EnrolledAsync()
    {
        var customer = await bank.OpenCustomerAsync();
        await bank.EnrolAsync(customer);
        var epoch = await bank.Inside.Credentials(customer.Number).TryPassword(
            TestCustomer.Password, BankCluster.NewDevice(), BankCluster.Origin, nobody: false, CancellationToken.None);
        return (customer, epoch!.Value);
    }

    private static Task<Result<SignedIn>> OpenSessionAsync(IGrainFactory grains, TestCustomer customer, int epoch) =>
        grains.Credentials(customer.Number).OpenSession(
            epoch, BankCluster.NewDevice(), BankCluster.Origin, Guid.NewGuid(), CancellationToken.None);

    private Task<IReadOnlyList<OpenSession>> SessionsAsync(TestCustomer customer) =>
        bank.Inside.Credentials(customer.Number).ListSessions(CancellationToken.None);

    private async Task<LeaderAnswer[]?> PostAsync(GrainId leader, AccountDetails account)
    {
        var directory = Silo(0).GetRequiredService<AccountDirectory>();
        var all = Currency.Parse("ALL");
        var cash = (await directory.FindAsync(AccountRegistration.CashNumber(all), CancellationToken.None))!;
        var credit = (await directory.FindAsync(account.Iban.Value, CancellationToken.None))!;
        var order = new TransferOrder(
            new TransferId(Guid.CreateVersion7()), TransferKind.CashDeposit, cash.Id, credit.Id, new Money(100, all), "",
            Originator.Of(Teller));
        return await bank.Grains.GetGrain<ILedgerLeader>(leader).Post(Silo(0).GetRequiredService<Rulebook>().Id, [order]);
    }

    private async Task<long> BalanceAsync(AccountDetails account) =>
        (await bank.Inside.Bookkeeping().GetBalances([account.Iban.Value], CancellationToken.None)).Value![0].Balance.Minor;

    /// <summary>The parts of a silo have its gateway's address to a client.</summary>
    private Task AtTheFirstGateway<T>(GrainType type, Func<T, Task> call)
        where T : class, IAddressable =>
        call(bank.Cluster.Client.GetGrain<T>(GrainId.Create(type, bank.Cluster.Silos[0].GatewayAddress.ToParsableString())));

    /// <summary>An interface of Orleans that is not public.</summary>
    private object Find(GrainId actor, Type type) => bank.Cluster.Client.GetGrain(
        actor, bank.Cluster.Client.ServiceProvider.GetRequiredService<GrainInterfaceTypeResolver>().GetGrainInterfaceType(type));

    /// <summary>Nothing answers it before the cluster ends.</summary>
    private static void Ignore(Task task) => task.ContinueWith(
        ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private byte[] PreambleOf(GrainId client)
    {
        var preamble = Silo(0).GetRequiredService<Serializer>().SerializeToArray(new GatewayPreamble { Client = client });
        var bytes = new byte[sizeof(int) + preamble.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, preamble.Length);
        preamble.CopyTo(bytes, sizeof(int));
        return bytes;
    }

    /// <summary>A call that says that another has been given up.</summary>
    public class Cancellation : DispatchProxy
    {
        private GrainId _caller;

        public static IInvokable Of(GrainId caller)
        {
            var call = Create<IInvokable, Cancellation>();
            ((Cancellation)call)._caller = caller;
            return call;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IInvokable.GetMethod) => ApiCalls.Cancellation.GetMethods().Single(),
            nameof(IInvokable.GetArgument) when args is [0] => _caller,
            _ => throw new NotSupportedException(targetMethod.Name),
        };
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Reminders(IServiceProvider services) : GrainServiceClient<IReminderService>(services)
    {
        public IReminderService OfSilo(SiloAddress silo) => GetGrainService(silo);
    }

    /// <summary>Has the client of Orleans sign its calls with another name.</summary>
    private sealed class OtherName : IDisposable
    {
        private readonly object _client;
        private readonly PropertyInfo _address;
        private readonly object? _own;

        public OtherName(IServiceProvider services, GrainId name)
        {
            var type = Assembly.Load("Orleans.Core").GetType("Orleans.OutsideRuntimeClient", throwOnError: true)!;
            _client = services.GetRequiredService(type);
            _address = type.GetProperty(
                "CurrentActivationAddress", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;
            _own = _address.GetValue(_client);
            _address.SetValue(_client, new GrainAddress { GrainId = name });
        }

        public void Dispose() => _address.SetValue(_client, _own);
    }

    /// <summary>Waits for what the silos of this process refuse.</summary>
    private sealed class Refusals : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly TaskCompletionSource _one = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Refusals(GatewayRefusal reason)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "bank.gateway.refused")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
            {
                if (tags[0].Value is string given && given == reason.ToString())
                    _one.TrySetResult();
            });
            _listener.Start();
        }

        public Task OneAsync() => _one.Task.WaitAsync(BankCluster.Patience);

        public void Dispose() => _listener.Dispose();
    }
}
