using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BktSmart.Dev;
using BktSmart.Dev.Processes;

namespace BktSmart.Bench.Stage;

/// <summary>The processes that the bank is held against.</summary>
internal sealed class PeerPrograms(DataFolder data, BenchSettings settings, Action<string> say) : IAsyncDisposable
{
    private const string SiloPurpose = "peer-silo";
    private const string GatewayPurpose = "peer-gateway";
    private const string FrontPurpose = "peer-front";
    private const string TextbookPurpose = "peer-textbook";

    private readonly List<SupervisedProcess> _started = [];
    private readonly int _siloPort = data.Ports.Reserve(SiloPurpose);
    private readonly int _gatewayPort = data.Ports.Reserve(GatewayPurpose);
    private readonly int _frontPort = data.Ports.Reserve(FrontPurpose);
    private readonly int _textbookPort = data.Ports.Reserve(TextbookPurpose);
    private SupervisedProcess? _silo;
    private SupervisedProcess? _front;
    private SupervisedProcess? _textbook;

    /// <summary>gRPC before a silo: transfers by Orleans Transactions, accounts by a grain call that does nothing.</summary>
    public Uri Front => Address(_frontPort);

    public Uri Textbook => Address(_textbookPort);

    public Dictionary<string, Func<IEnumerable<int>>> FrontProcesses =>
        new() { ["front"] = () => Pids(_front), ["silo"] = () => Pids(_silo) };

    public Dictionary<string, Func<IEnumerable<int>>> TextbookProcesses => new() { ["server"] = () => Pids(_textbook) };

    public Dictionary<string, Func<IEnumerable<int>>> SiloProcess => new() { ["silo"] = () => Pids(_silo) };

    /// <summary>
    /// Holds all peers but these, until it is called again: some work on for minutes when their load has ended, and would take the
    /// processor from who is measured next.
    /// </summary>
    public void HoldAllBut(IReadOnlyCollection<int> pids)
    {
        foreach (var peer in _started)
            peer.Send(peer.Pid is { } pid && pids.Contains(pid) ? Signal.Continue : Signal.Stop);
    }

    public async Task StartSiloAsync(CancellationToken stop) => _silo ??= await StartAsync(
        "silo", [SiloPurpose, GatewayPurpose], _gatewayPort,
        new() { ["PEER_SILO_PORT"] = Text(_siloPort), ["PEER_GATEWAY_PORT"] = Text(_gatewayPort) }, stop);

    public async Task StartFrontAsync(CancellationToken stop)
    {
        await StartSiloAsync(stop);
        _front ??= await StartAsync(
            "front", [FrontPurpose], _frontPort,
            new() { ["PEER_GRPC_PORT"] = Text(_frontPort), ["PEER_GATEWAY_PORT"] = Text(_gatewayPort) }, stop);
    }

    public async Task StartTextbookAsync(string connectionString, CancellationToken stop) => _textbook ??= await StartAsync(
        "textbook",
        [TextbookPurpose],
        _textbookPort,
        new() { ["PEER_GRPC_PORT"] = Text(_textbookPort), ["PEER_DATABASE"] = connectionString, ["PEER_POOL_SIZE"] = Text(
            settings.TextbookPool) },
        stop);

    /// <summary>Calls a second of a grain that does nothing, from a client of the cluster without gRPC before it.</summary>
    public async Task<double> GrainCallsAsync(CancellationToken stop)
    {
        var (exitCode, output) = await Programs.RunAsync(
            "dotnet",
            [Program, "calls"],
            new()
            {
                ["PEER_GATEWAY_PORT"] = Text(_gatewayPort),
                ["PEER_IN_FLIGHT"] = Text(settings.InFlight),
                ["PEER_ACCOUNTS"] = Text(settings.Accounts),
                ["PEER_SECONDS"] = Text(settings.Seconds),
            },
            stop);
        return exitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new LaunchException($"peers calls failed.\n{output}");
    }

    public async ValueTask DisposeAsync()
    {
        // Killed: they have nothing to lose.
        foreach (var process in _started)
            await process.DisposeAsync();
    }

    private static string Program => Repository.Program("bench/Peers", "peers");

    private void LetAllRun() => HoldAllBut([.. _started.SelectMany(Pids)]);

    private async Task<SupervisedProcess> StartAsync(
        string verb, string[] ports, int readyPort, Dictionary<string, string> environment, CancellationToken stop)
    {
        LetAllRun();
        say($"Starting the peer {verb}.");
        var name = "peer-" + verb;
        var process = new SupervisedProcess(
            name,
            data.Log(name),
            () =>
            {
                foreach (var port in ports)
                    data.Ports.Release(port);
                return ChildProcess.Start(
                    name, data.Pids, data.Log(name), Path.GetDirectoryName(Program)!, ["dotnet", Program, verb], environment);
            },
            token => ListensAsync(readyPort, token),
            say);
        _started.Add(process);
        await process.StartAsync(stop);
        return process;
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken stop)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Uri Address(int port) => new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port).Uri;

    private static IEnumerable<int> Pids(SupervisedProcess? process) => process?.Pid is { } pid ? [pid] : [];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
