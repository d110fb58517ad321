using BktSmart.Bench.Load;
using BktSmart.Bench.Rows;
using BktSmart.Bench.Seeding;
using BktSmart.Dev.Database;
using BktSmart.Dev.Processes;
using Npgsql;

namespace BktSmart.Bench.Stage;

/// <summary>
/// Everything that rows are measured on, started when the first row asks for it: one PostgreSQL server, the banks, the peers. All use the
/// same server in turn.
/// </summary>
internal sealed class BenchStage : IAsyncDisposable
{
    /// <summary>Of load before a measurement of what has been measured before.</summary>
    public const int WarmAgainSeconds = 5;

    private readonly DataFolder _data;
    private readonly LocalPostgres _postgres;
    private readonly NpgsqlDataSource _admin;
    private readonly int _postmaster;
    private readonly Action<string> _say;
    private readonly Dictionary<BankShape, BenchBank> _banks = [];
    private readonly HashSet<string> _done = [];
    private readonly HashSet<(Call Call, string Servers)> _measured = [];
    private readonly string _textbook = $"bench_textbook_{Guid.NewGuid():N}"[..22];
    private readonly string _tpcb = $"bench_tpcb_{Guid.NewGuid():N}"[..18];

    private BenchStage(
        DataFolder data, LocalPostgres postgres, NpgsqlDataSource admin, int postmaster, BenchSettings settings, Action<string> say)
    {
        (_data, _postgres, _admin, _postmaster, Settings, _say) = (data, postgres, admin, postmaster, settings, say);
        Peers = new PeerPrograms(data, settings, say);
    }

    public BenchSettings Settings { get; }

    /// <summary>Of the bank that most rows use.</summary>
    public BankShape Main => new("main", Settings.Accounts);

    /// <summary>Of the bank with a long history.</summary>
    public BankShape Large => new("large", Settings.Accounts, Settings.Entries);

    public PeerPrograms Peers { get; }

    public LoadProcesses Loads { get; } = new();

    /// <summary>On the disk of the database.</summary>
    public string Folder => _data.Root;

    /// <summary>
    /// Of Linux on desktops: processors are shared between sessions first, so that niceness counts within a session only. Not so for what
    /// is in a container.
    /// </summary>
    private const string AutogroupFile = "/proc/sys/kernel/sched_autogroup_enabled";

    public static async Task<BenchStage> StartAsync(string folder, BenchSettings settings, Action<string> say, CancellationToken stop)
    {
        if (File.Exists(AutogroupFile) && (await File.ReadAllTextAsync(AutogroupFile, stop)).Trim() != "0")
            say(
                "kernel.sched_autogroup_enabled is on: hashes of passwords do not give way to PostgreSQL, and the slowest calls of a load "
                    + "that mixes both are slower.");
        var data = DataFolder.Open(folder, say);
        var postgres = await LocalPostgres.StartAsync(data, say, cancellationToken: stop);
        var admin = NpgsqlDataSource.Create(postgres.AdminConnectionString);
        await using var command = admin.CreateCommand("select pg_backend_pid()");
        var postmaster = CpuUse.ParentOf((int)(await command.ExecuteScalarAsync(stop))!)!.Value;
        return new BenchStage(data, postgres, admin, postmaster, settings, say);
    }

    /// <summary>The bank of this shape, seeded but perhaps not running.</summary>
    public async Task<BenchBank> SeededBankAsync(BankShape shape, CancellationToken stop)
    {
        if (!_banks.TryGetValue(shape, out var bank))
        {
            bank = await BenchBank.CreateAsync(shape, Path.Combine(_data.Root, shape.Name), _postgres.AdminConnectionString, _say, stop);
            _banks.Add(shape, bank);
        }

        return bank;
    }

    /// <summary>The bank that most rows use, with every account in memory.</summary>
    public Task<BenchBank> WarmBankAsync(CancellationToken stop) => WarmBankAsync(Main, stop);

    /// <summary>The bank of this shape, running, with every account in memory.</summary>
    public async Task<BenchBank> WarmBankAsync(BankShape shape, CancellationToken stop)
    {
        var bank = await SeededBankAsync(shape, stop);
        await bank.WarmAsync(Loads, Settings.InFlight, stop);
        return bank;
    }

    public async Task StartTextbookAsync(CancellationToken stop)
    {
        if (!_done.Add(_textbook))
            return;
        await ExecuteAsync($"create database {_textbook}", stop);
        await Peers.StartTextbookAsync(Login(_textbook).ConnectionString, stop);
        await using var database = NpgsqlDataSource.Create(Login(_textbook).ConnectionString);
        await AccountSeed.CopyAsync(database, "account", Settings.Accounts, floorMinor: -AccountBook.FundsMinor, stop);
    }

    /// <summary>Starts the peer with Orleans Transactions and wakes its accounts.</summary>
    public async Task StartTransactionsAsync(CancellationToken stop)
    {
        await Peers.StartFrontAsync(stop);
        if (_done.Add(nameof(StartTransactionsAsync)))
            await CallEachAsync(Call.Wake, stop);
    }

    /// <summary>Starts the peer with the grains that do nothing and wakes them.</summary>
    public async Task StartEmptyGrainsAsync(CancellationToken stop)
    {
        await Peers.StartFrontAsync(stop);
        if (_done.Add(nameof(StartEmptyGrainsAsync)))
            await CallEachAsync(Call.Balance, stop);
    }

    public async Task<PgBench> TpcBAsync(CancellationToken stop)
    {
        var bench = await PgBenchOfAsync(_tpcb, stop);
        if (_done.Add(_tpcb))
        {
            _say("Filling the tables of TPC-B.");
            await ExecuteAsync($"create database {_tpcb}", stop);
            await bench.InitialiseAsync(stop);
        }

        return bench;
    }

    public async Task<PgBench> PgBenchOfAsync(string database, CancellationToken stop) =>
        new(await PostgresPrograms.FindOrInstallAsync(_say, stop), Login(database));

    /// <summary>The database of a bank as the server's administrator, for what its owner may not.</summary>
    public NpgsqlDataSource AdminOf(string database) => NpgsqlDataSource.Create(Login(database).ConnectionString + ";Command Timeout=0");

    /// <summary>Tells whoever waits what a long measurement has come to.</summary>
    public void Say(string text) => _say(text);

    /// <summary>Waits until no bank works on anything any more.</summary>
    public async Task SettleAsync(CancellationToken stop)
    {
        foreach (var bank in _banks.Values)
            await bank.SettleAsync(stop);
    }

    /// <summary>Writes out what was changed, so that nobody pays for who came before.</summary>
    public Task CheckpointAsync(CancellationToken stop) => ExecuteAsync("checkpoint", stop);

    /// <summary>
    /// Runs a load, after a warm-up, and says what it came to, with the processor time of these processes, of the database and of the load.
    /// </summary>
    /// <param name="beside">A load that these processes have besides, for as long and a little longer.</param>
    /// <param name="atBound">Called when the measurement begins, after the warm-up, and again when it ends.</param>
    public async Task<Sample> MeasureAsync(
        LoadSpec spec, Dictionary<string, Func<IEnumerable<int>>> servers, Func<LoadResult, double> value, CancellationToken stop,
        LoadSpec? beside = null, Action? atBound = null)
    {
        Peers.HoldAllBut(Pids(servers));
        var warmUp = TakeWarmUp(spec, servers);
        if (beside is not null)
            warmUp = Math.Max(warmUp, TakeWarmUp(beside, servers));
        var besideIt = beside is null ? null : Loads.RunAsync(beside with { WarmUpSeconds = warmUp, Seconds = spec.Seconds + 1 }, stop);
        var cpu = Cpu(servers);
        Dictionary<string, double> cores = [];
        var load = await Loads.RunAsync(
            spec with { WarmUpSeconds = warmUp },
            () =>
            {
                atBound?.Invoke();
                cpu.Start();
            },
            result =>
            {
                atBound?.Invoke();
                cores = cpu.Stop("load", result.CpuSeconds / result.Seconds);
            },
            stop);
        return new Sample(value(load)) { Load = load, Beside = besideIt is null ? null : await besideIt, Cores = cores };
    }

    /// <summary>The same for what this process does itself, or starts and waits for, such as pgbench.</summary>
    public async Task<Sample> MeasureAsync(Func<Task<Sample>> measureAsync, Dictionary<string, Func<IEnumerable<int>>>? servers = null)
    {
        servers ??= [];
        Peers.HoldAllBut(Pids(servers));
        var cpu = Cpu(new Dictionary<string, Func<IEnumerable<int>>>(servers) { ["load"] = () => [Environment.ProcessId] });
        cpu.Start();
        var sample = await measureAsync();
        return sample with { Cores = cpu.Stop() };
    }

    public async ValueTask DisposeAsync()
    {
        Loads.Dispose();
        await Peers.DisposeAsync();
        foreach (var bank in _banks.Values)
            await bank.DisposeAsync();
        foreach (var database in (string[])[_textbook, _tpcb])
            await ExecuteAsync($"drop database if exists {database} with (force)", CancellationToken.None);
        await _admin.DisposeAsync();
        await _postgres.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>
    /// The runtime compiles again what is hot, for most of a minute of full load, and takes a tenth of the machine for it: the first time
    /// that these processes get this call they are warmed up for as long as was chosen, and later just until the queues are full.
    /// </summary>
    private int TakeWarmUp(LoadSpec spec, Dictionary<string, Func<IEnumerable<int>>> servers) =>
        _measured.Add((spec.Call, string.Join(' ', Pids(servers))))
            ? Settings.WarmUpSeconds
            : Math.Min(Settings.WarmUpSeconds, WarmAgainSeconds);

    private static int[] Pids(Dictionary<string, Func<IEnumerable<int>>> servers) => [.. servers.Values.SelectMany(pids => pids())];

    private CpuUse Cpu(Dictionary<string, Func<IEnumerable<int>>> servers) =>
        new(new Dictionary<string, Func<IEnumerable<int>>>(servers) { ["pg"] = () => CpuUse.Family(_postmaster) });

    private NpgsqlConnectionStringBuilder Login(string database) => new(_postgres.AdminConnectionString) { Database = database };

    private async Task ExecuteAsync(string sql, CancellationToken stop)
    {
        await using var command = _admin.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(stop);
    }

    private async Task CallEachAsync(Call call, CancellationToken stop)
    {
        Peers.HoldAllBut(Pids(Peers.FrontProcesses));
        await Loads.RunAsync(
            new LoadSpec { Address = Peers.Front, Call = call, Choice = Choice.Sequential, InFlight = Settings.InFlight, Seconds = 600,
                Accounts = Settings.Accounts }, stop);
    }
}
