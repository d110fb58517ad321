using System.Globalization;
using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Bank;

/// <summary>One silo process of a <see cref="LocalBank"/>.</summary>
public sealed class LocalSilo : IAsyncDisposable
{
    // Longer than the 60 s after which the silo itself gives up handing over its grains.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(75);

    internal LocalSilo(LocalBankOptions options, Func<string> dll, string clusterId, string keys, string sink, string clock, int index)
    {
        Name = $"silo-{index.ToString(CultureInfo.InvariantCulture)}";
        string[] purposes = [$"{Name}-silo", $"{Name}-gateway", $"{Name}-operations"];
        var ports = purposes.Select(purpose => options.Data.Ports.Reserve(purpose)).ToArray();
        (SiloPort, GatewayPort, var operationsPort) = (ports[0], ports[1], ports[2]);
        Operations = BankProgram.Address(operationsPort);
        Process = BankProgram.Supervise(
            Name, dll, options.Data, purposes, operationsPort,
            () => Settings(options, clusterId, keys, sink, clock), options.Say);
    }

    /// <summary>The name in the cluster, and of the log file.</summary>
    public string Name { get; }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    /// <summary>Health and metrics.</summary>
    public Uri Operations { get; }

    public SupervisedProcess Process { get; }

    /// <summary>Starts the silo and waits until it is ready.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => Process.StartAsync(cancellationToken);

    /// <summary>Lets the silo leave the cluster in order.</summary>
    public Task StopAsync() => Process.StopAsync(Signal.Terminate, StopGrace);

    /// <summary>Kills the silo (SIGKILL).</summary>
    /// <param name="restart">Whether it is then started again, as after a crash; otherwise it stays down until <see
    /// cref="StartAsync"/>.</param>
    public Task KillAsync(bool restart = false) => Process.KillAsync(restart);

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private Dictionary<string, string> Settings(LocalBankOptions options, string clusterId, string keys, string sink, string clock)
    {
        var settings = BankProgram.Development();
        settings["ASPNETCORE_URLS"] = Operations.GetLeftPart(UriPartial.Authority);
        settings["Database__ConnectionString"] = options.SiloConnectionString;
        settings["Cluster__ClusterId"] = clusterId;
        settings["Cluster__SiloName"] = Name;
        settings["Cluster__AdvertisedAddress"] = "127.0.0.1";
        settings["Cluster__SiloPort"] = SiloPort.ToString(CultureInfo.InvariantCulture);
        settings["Cluster__GatewayPort"] = GatewayPort.ToString(CultureInfo.InvariantCulture);
        settings["Keys__Directory"] = keys;
        settings["Messages__SinkFile"] = sink;
        // All customers of a bank on this machine come from one network.
        settings["Lockout__StrangersPerNetworkAndHour"] = "1000000";
        if (options.ClockMoves)
            settings["Clock__AheadFile"] = clock;
        foreach (var (key, value) in options.SiloSettings)
            settings[key] = value;
        return settings;
    }
}
