using System.Globalization;
using System.Security.Cryptography;
using BktSmart.Dev.Processes;
using Npgsql;

namespace BktSmart.Dev.Database;

/// <summary>
/// A private PostgreSQL server of one data folder, reachable on the loopback interface only. It keeps every promise of durability that the
/// real one keeps, because tests rely on them. It is started again when it dies; the data survive that, and the death of the launcher.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private const string Name = "postgres";
    private const string AdminRole = "postgres";
    private const int StartAttemptsMax = 5;
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(30);

    private readonly DataFolder _data;
    private readonly ServerAccount _account;
    private readonly PostgresPrograms _programs;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly string _folder;
    private readonly string _password;
    private readonly SupervisedProcess _server;

    private LocalPostgres(
        DataFolder data, ServerAccount account, PostgresPrograms programs, string folder, string password,
        IReadOnlyDictionary<string, string> settings, Action<string> say)
    {
        (_data, _account, _programs, _folder, _password, _settings) = (data, account, programs, folder, password, settings);
        Port = data.Ports.Reserve(Name);
        _server = new SupervisedProcess("PostgreSQL", data.Log(Name), StartServer, IsReadyAsync, say);
    }

    public int Port { get; private set; }

    /// <summary>Npgsql connection string of the superuser, to the maintenance database. Holds a password: do not print it.</summary>
    public string AdminConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = AdminRole,
        Password = _password,
        Database = "postgres",
    }.ConnectionString;

    /// <summary>Completes, with the reason, when the server keeps failing and is not started any more.</summary>
    public Task<string> GaveUp => _server.GaveUp;

    private string ClusterData => Path.Combine(_folder, "data");

    /// <summary>
    /// Starts the server of a data folder; the first time it makes the cluster, and where needed installs PostgreSQL before.
    /// </summary>
    /// <param name="data">The folder, held by this launcher.</param>
    /// <param name="say">Told what is going on.</param>
    /// <param name="settings">Settings of the server on top of the usual ones, for example <c>shared_buffers</c>.</param>
    /// <exception cref="LaunchException">It does not work; the message says why.</exception>
    public static async Task<LocalPostgres> StartAsync(
        DataFolder data, Action<string> say, IReadOnlyDictionary<string, string>? settings = null,
        CancellationToken cancellationToken = default)
    {
        var programs = await PostgresPrograms.FindOrInstallAsync(say, cancellationToken);
        var account = await ServerAccount.ChooseAsync(cancellationToken);
        var folder = await ClusterFolder.OpenAsync(data, account, say, cancellationToken);
        var password = await InitialiseAsync(folder, programs, account, say, cancellationToken);
        var all = await SettingsAsync(programs, account, Path.Combine(folder, "data"), settings, cancellationToken);

        var server = new LocalPostgres(data, account, programs, folder, password, all, say);
        try
        {
            await server.StartServerAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Removes the cluster of a data folder whose server does not run.</summary>
    public static void Delete(string dataFolder) => ClusterFolder.Delete(dataFolder);

    /// <summary>Stops the server in order: clients are cut off, everything is written.</summary>
    public Task StopAsync() => _server.StopAsync(Signal.Interrupt, StopGrace);

    /// <summary>Starts the server again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await _server.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Kills the postmaster and all its children at once, as a power cut would. It stays down until <see cref="RestartAsync"/>.
    /// </summary>
    public async Task KillAsync()
    {
        await _server.KillAsync();
        PostgresProcesses.Kill(ClusterData);
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _server.DisposeAsync();
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var logStart = LogFile.Length(_data.Log(Name));
            try
            {
                await _server.StartAsync(cancellationToken);
                return;
            }
            catch (LaunchException) when (attempt < StartAttemptsMax
                && LogFile.Tail(_data.Log(Name), start: logStart).Contains("Address already in use", StringComparison.Ordinal))
            {
                // Somebody was faster in the moment between letting go of the port and listening on it.
                _data.Ports.Forget(Name);
                Port = _data.Ports.Reserve(Name);
            }
        }
    }

    private ChildProcess StartServer()
    {
        // Leftovers of a server whose postmaster was killed. With them gone the lock file is stale by proof; PostgreSQL itself can only
        // guess from the process id in it, which in a container belongs to somebody else soon.
        PostgresProcesses.Kill(ClusterData);
        if (Directory.Exists("/proc/self"))
            File.Delete(Path.Combine(ClusterData, "postmaster.pid"));

        _data.Ports.Release(Name);
        var port = $"port={Port.ToString(CultureInfo.InvariantCulture)}";
        string[] command =
            [_programs.Postgres, "-D", ClusterData, "-c", port, .. _settings.SelectMany(s => (string[])["-c", $"{s.Key}={s.Value}"])];
        // "C", because the log is searched for messages; "/", because the account may not be able to enter the launcher's folder.
        return ChildProcess.Start(
            Name, _data.Pids, _data.Log(Name), "/", _account.Wrap(command), new Dictionary<string, string> { ["LC_ALL"] = "C" });
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(AdminConnectionString) { Pooling = false, Timeout = 5 };
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<string> InitialiseAsync(
        string folder, PostgresPrograms programs, ServerAccount account, Action<string> say, CancellationToken cancellationToken)
    {
        var data = Path.Combine(folder, "data");
        var passwordFile = Path.Combine(folder, "superuser-password");
        if (File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            await RequireSameVersionAsync(data, programs, cancellationToken);
            return await File.ReadAllTextAsync(passwordFile, cancellationToken);
        }

        // initdb that was interrupted leaves half a cluster; it works beside and moves over when it is done.
        say("Making a private PostgreSQL cluster.");
        var unfinished = Path.Combine(folder, "data.new");
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        SecretFile.Write(passwordFile, password);
        await account.OwnAsync(passwordFile, cancellationToken);
        await Command.RequireAsync(
                "Making the PostgreSQL cluster",
                account.Wrap(
                    programs.Initdb, "-D", unfinished, "--username", AdminRole, "--pwfile", passwordFile, "--auth", "scram-sha-256",
                    "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"),
                cancellationToken: cancellationToken)
            .WithPatience("making the PostgreSQL cluster", say);
        Directory.Move(unfinished, data);
        return password;
    }

    private static async Task RequireSameVersionAsync(string data, PostgresPrograms programs, CancellationToken cancellationToken)
    {
        var version = (await File.ReadAllTextAsync(Path.Combine(data, "PG_VERSION"), cancellationToken)).Trim();
        var server = await Command.RequireAsync(
            "Asking for the version of PostgreSQL", [programs.Postgres, "--version"], cancellationToken: cancellationToken);
        if (!server.Contains($"(PostgreSQL) {version}", StringComparison.Ordinal))
            throw new LaunchException(
                $"{data} was made by PostgreSQL {version}, but this machine now has {server.Trim()}; choose another folder with --data.");
    }

    private static async Task<IReadOnlyDictionary<string, string>> SettingsAsync(
        PostgresPrograms programs, ServerAccount account, string data, IReadOnlyDictionary<string, string>? extra,
        CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            // No socket: the path to one is limited to about a hundred bytes, and the folder is as deep as the user likes.
            ["unix_socket_directories"] = "",
            ["fsync"] = "on",
            ["synchronous_commit"] = "on",
            ["max_connections"] = "200",
            ["shared_buffers"] = "256MB",
            ["max_wal_size"] = "2GB",
            ["lc_messages"] = "C",
        };

        var (code, _) = await Command.RunAsync(
            account.Wrap(programs.Postgres, "-D", data, "-C", "wal_compression", "-c", "wal_compression=lz4"),
            cancellationToken: cancellationToken);
        if (code == 0)
            settings["wal_compression"] = "lz4";
        foreach (var (key, value) in extra ?? new Dictionary<string, string>())
            settings[key] = value;
        return settings;
    }
}
