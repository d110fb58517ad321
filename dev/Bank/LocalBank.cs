using System.Globalization;
using BktSmart.Dev.Client;
using BktSmart.Dev.Processes;
using BktSmart.Dev.Staff;

namespace BktSmart.Dev.Bank;

/// <summary>
/// The bank as real processes on this machine: silos and the API, on a database that is there already. Any of them can be killed and
/// started again while the others run.
/// </summary>
public sealed class LocalBank : IAsyncDisposable
{
    /// <summary>Names the port of the customers' API in the port book; who wants a certain one reserves it there beforehand.</summary>
    public const string ApiPurpose = "api-grpc";

    private const string ApiStaffPurpose = "api-staff";
    private const string ApiBrowsersPurpose = "api-browsers";
    private const string ApiOperationsPurpose = "api-operations";
    private const string ApiOperationsGrpcPurpose = "api-operations-grpc";
    private const int FirstApiPort = 5101;
    private static readonly TimeSpan ApiStopGrace = TimeSpan.FromSeconds(15);

    private readonly LocalBankOptions _options;
    // A new cluster each time: a silo of the last one that nobody declared dead would be waited for.
    private readonly string _clusterId = $"local-{Guid.NewGuid():N}";
    private readonly string _keys;
    private readonly List<LocalSilo> _silos = [];
    private readonly List<SupervisedProcess> _moreApis = [];

    /// <summary>Chooses ports and makes keys; starts nothing.</summary>
    /// <exception cref="LaunchException">The programs are not built.</exception>
    public LocalBank(LocalBankOptions options)
    {
        _options = options;
        Programs = options.Programs ?? BankPrograms.Ours();
        _keys = options.Data.Path("keys");
        BankKeys.Ensure(_keys);
        Clock = new LocalClock(options.Data.Root);
        Staff = new StaffIssuer(options.Data.Path("staff"), Clock);
        Messages = new MessageSink(options.Data.Path("messages.jsonl"));

        Address = new(
            BankProgram.Address(options.Data.Ports.Reserve(ApiPurpose, FirstApiPort)),
            BankProgram.Address(options.Data.Ports.Reserve(ApiStaffPurpose)),
            BankProgram.Address(options.Data.Ports.Reserve(ApiBrowsersPurpose)));
        var operationsPort = options.Data.Ports.Reserve(ApiOperationsPurpose);
        ApiOperations = BankProgram.Address(operationsPort);
        ApiOperationsGrpc = BankProgram.Address(options.Data.Ports.Reserve(ApiOperationsGrpcPurpose));
        string[] ports = [ApiPurpose, ApiStaffPurpose, ApiBrowsersPurpose, ApiOperationsPurpose, ApiOperationsGrpcPurpose];
        Api = SuperviseApi("api", ports, Address, operationsPort, ApiOperationsGrpc);
        AddSilo();
    }

    /// <summary>The clock that the bank's rules go by.</summary>
    public LocalClock Clock { get; }

    /// <summary>Of the first node of the API.</summary>
    public ApiAddress Address { get; }

    /// <summary>Health and metrics of the API.</summary>
    public Uri ApiOperations { get; }

    /// <summary>Health and reflection of the API, by gRPC.</summary>
    public Uri ApiOperationsGrpc { get; }

    /// <summary>What is started from now on: another version during an upgrade.</summary>
    public BankPrograms Programs { get; set; }

    /// <summary>The silos, running or not.</summary>
    public IReadOnlyList<LocalSilo> Silos => _silos;

    /// <summary>The process of the API.</summary>
    public SupervisedProcess Api { get; }

    /// <summary>The processes of all nodes of the API.</summary>
    public IReadOnlyList<SupervisedProcess> Apis => [Api, .. _moreApis];

    /// <summary>Issues tokens to the bank's staff.</summary>
    public StaffIssuer Staff { get; }

    /// <summary>The SMS and push messages that the silos sent.</summary>
    public MessageSink Messages { get; }

    /// <summary>Completes, with the reason, when a process keeps failing and is not started any more.</summary>
    public async Task<string> GaveUpAsync() => await await Task.WhenAny([Api.GaveUp, .. _silos.Select(silo => silo.Process.GaveUp)]);

    /// <summary>Adds another silo to the cluster; the API hears of its gateway at its next start.</summary>
    public LocalSilo AddSilo()
    {
        var silo = new LocalSilo(_options, () => Programs.Silo, _clusterId, _keys, Messages.Path, Clock.Path, _silos.Count);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Starts another node of the API beside the first, until the bank stops.</summary>
    public async Task<ApiAddress> AddApiAsync(CancellationToken cancellationToken = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"api-{_moreApis.Count + 1}");
        string[] purposes = 
            [$"{name}-grpc", $"{name}-staff", $"{name}-browsers", $"{name}-operations", $"{name}-operations-grpc"];
        var ports = purposes.Select(purpose => _options.Data.Ports.Reserve(purpose)).ToArray();
        var address = new ApiAddress(BankProgram.Address(ports[0]), BankProgram.Address(ports[1]), BankProgram.Address(ports[2]));
        var process = SuperviseApi(name, purposes, address, ports[3], BankProgram.Address(ports[4]));
        _moreApis.Add(process);
        await process.StartAsync(cancellationToken);
        return address;
    }

    /// <summary>Migrates, then starts all silos, then the API.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await MigrateAsync(cancellationToken);
        foreach (var silo in _silos)
        {
            _options.Say($"Starting {silo.Name}.");
            await silo.StartAsync(cancellationToken).WithPatience($"starting {silo.Name}", _options.Say);
        }

        _options.Say("Starting the API.");
        await StartApiAsync(cancellationToken).WithPatience("starting the API", _options.Say);
    }

    /// <summary>Brings the schema up to date, with the programs' own verb.</summary>
    /// <exception cref="LaunchException">It failed; the message holds what the program said.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        _options.Say("Migrating the database.");
        var settings = BankProgram.Development();
        settings["Database__MigrationConnectionString"] = _options.OwnerConnectionString;
        await Command.RequireAsync("The migration", ["dotnet", Programs.Silo, "migrate"], settings, cancellationToken)
            .WithPatience("migrating the database", _options.Say);
    }

    /// <summary>Starts the API and waits until it is ready, which needs a silo.</summary>
    public Task StartApiAsync(CancellationToken cancellationToken = default) => Api.StartAsync(cancellationToken);

    /// <summary>Stops the API in order.</summary>
    public Task StopApiAsync() => StopApiAsync(Api);

    /// <summary>Stops one node of the API in order.</summary>
    public static Task StopApiAsync(SupervisedProcess api) => api.StopAsync(Signal.Terminate, ApiStopGrace);

    /// <summary>Stops everything in order: first who asks, then who answers.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(Apis.Select(StopApiAsync));
        await Task.WhenAll(_silos.Select(silo => silo.StopAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var api in Apis)
            await api.DisposeAsync();
        foreach (var silo in _silos)
            await silo.DisposeAsync();
    }

    private SupervisedProcess SuperviseApi(
        string name, string[] ports, ApiAddress address, int operationsPort, Uri operationsGrpc) =>
        BankProgram.Supervise(
            name, () => Programs.Api, _options.Data, ports, operationsPort,
            () => ApiSettings(address, BankProgram.Address(operationsPort), operationsGrpc), _options.Say);

    private Dictionary<string, string> ApiSettings(ApiAddress address, Uri operations, Uri operationsGrpc)
    {
        var settings = BankProgram.Development();
        settings["Kestrel__Endpoints__Customers__Url"] = address.Customers.GetLeftPart(UriPartial.Authority);
        settings["Kestrel__Endpoints__Staff__Url"] = address.Staff.GetLeftPart(UriPartial.Authority);
        settings["Kestrel__Endpoints__Browsers__Url"] = address.Browsers.GetLeftPart(UriPartial.Authority);
        settings["Kestrel__Endpoints__Browsers__Protocols"] = "Http1";
        settings["Kestrel__Endpoints__Operations__Url"] = operations.GetLeftPart(UriPartial.Authority);
        settings["Kestrel__Endpoints__OperationsGrpc__Url"] = operationsGrpc.GetLeftPart(UriPartial.Authority);
        settings["Cluster__ClusterId"] = _clusterId;
        settings["Cluster__Gateways"] = string.Join(
            ',', _silos.Select(silo => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{silo.GatewayPort}")));
        // All customers of a bank on this machine come from one address.
        settings["SignInThrottle__PerAddressAndMinute"] = "1000000";
        settings["Limits__CallsPerAddressMax"] = "1000000";
        settings["StaffTokens__DevelopmentKeysFile"] = Staff.KeySetFile;
        settings["StaffTokens__Issuer"] = StaffIssuer.Issuer;
        settings["StaffTokens__Audience"] = StaffIssuer.Audience;
        if (_options.ClockMoves)
            settings["Clock__AheadFile"] = Clock.Path;
        foreach (var (key, value) in _options.ApiSettings)
            settings[key] = value;
        return settings;
    }
}
