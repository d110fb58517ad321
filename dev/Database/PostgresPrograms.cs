using System.Globalization;
using System.Text.RegularExpressions;
using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Database;

/// <summary>The server programs of PostgreSQL on this machine, and how they get there.</summary>
public sealed partial class PostgresPrograms
{
    /// <summary>The oldest major version that the bank supports.</summary>
    public const int VersionMin = 15;

    private const string DebianFolder = "/usr/lib/postgresql";
    private const string DebianClusterSettings = "/etc/postgresql-common/createcluster.d";

    private static readonly Dictionary<string, string> AptEnvironment = new() { ["DEBIAN_FRONTEND"] = "noninteractive", ["LC_ALL"] = "C" };

    private PostgresPrograms(string folder) => Folder = folder;

    public string Folder { get; }

    public string Initdb => Path.Combine(Folder, "initdb");

    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>Says in one sentence what is missing, if the programs are neither there nor installable.</summary>
    /// <exception cref="LaunchException">They are not.</exception>
    public static async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is null && !CanInstall)
            throw Missing();
    }

    /// <summary>Finds the programs; where they are missing, installs the package of a Debian-like distribution when run by root.</summary>
    /// <exception cref="LaunchException">They are missing and cannot be installed.</exception>
    public static async Task<PostgresPrograms> FindOrInstallAsync(Action<string> say, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } found)
            return found;
        if (!CanInstall)
            throw Missing();

        await InstallAsync(say, cancellationToken);
        return await FindAsync(cancellationToken)
            ?? throw new LaunchException(
                $"The package postgresql was installed, but holds no server of version {VersionMin} or later; set BKT_DATABASE to use "
                    + "another server.");
    }

    private static bool CanInstall => Environment.IsPrivilegedProcess && Command.Find("apt-get") is not null;

    private static LaunchException Missing() => new(
        $"PostgreSQL {VersionMin} or later is needed: install the server package of your system "
        + "(Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql), or set "
        + "BKT_DATABASE to use a running server.");

    private static async Task<PostgresPrograms?> FindAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in await CandidatesAsync(cancellationToken))
        {
            var programs = new PostgresPrograms(folder);
            if (!File.Exists(programs.Initdb) || !File.Exists(programs.Postgres))
                continue;
            var (code, output) = await Command.RunAsync([programs.Postgres, "--version"], cancellationToken: cancellationToken);
            if (code == 0 && VersionPattern().Match(output) is { Success: true } version && Number(version.Groups[1].Value) >= VersionMin)
                return programs;
        }

        return null;
    }

    private static async Task<IEnumerable<string>> CandidatesAsync(CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        if (Command.Find("pg_config") is { } config)
        {
            var (code, output) = await Command.RunAsync([config, "--bindir"], cancellationToken: cancellationToken);
            if (code == 0)
                folders.Add(output.Trim());
        }

        if (Directory.Exists(DebianFolder))
        {
            folders.AddRange(
                Directory.EnumerateDirectories(DebianFolder)
                    .Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                    .OrderByDescending(folder => Number(Path.GetFileName(folder)))
                    .Select(folder => Path.Combine(folder, "bin")));
        }

        if (Command.Find("postgres") is { } postgres)
            folders.Add(Path.GetDirectoryName(postgres)!);
        return folders;
    }

    private static async Task InstallAsync(Action<string> say, CancellationToken cancellationToken)
    {
        say("PostgreSQL is missing; installing the package postgresql of this distribution.");
        await Command.RequireAsync("Reading the package lists", ["apt-get", "update"], AptEnvironment, cancellationToken)
            .WithPatience("reading the package lists", say);
        await RequireNewEnoughPackageAsync(cancellationToken);

        // The package would create and start a cluster of its own; a drop-in of ours, gone again afterwards, keeps it from that.
        var settings = Path.Combine(DebianClusterSettings, "bktsmart.conf");
        Directory.CreateDirectory(DebianClusterSettings);
        await File.WriteAllTextAsync(settings, "create_main_cluster = false\n", cancellationToken);
        try
        {
            // An interrupted installation would leave the package half configured: it runs to its end.
            await Command.RequireAsync(
                    "Installing PostgreSQL", ["apt-get", "install", "-y", "--no-install-recommends", "postgresql"], AptEnvironment,
                    CancellationToken.None)
                .WithPatience("installing PostgreSQL", say);
        }
        finally
        {
            File.Delete(settings);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async Task RequireNewEnoughPackageAsync(CancellationToken cancellationToken)
    {
        var (_, policy) = await Command.RunAsync(["apt-cache", "policy", "postgresql"], AptEnvironment, cancellationToken);
        var candidate = CandidatePattern().Match(policy);
        if (!candidate.Success)
            throw new LaunchException(
                $"This distribution has no package postgresql; install PostgreSQL {VersionMin} or later, or set BKT_DATABASE to use a "
                    + "running server.");
        if (Number(candidate.Groups[1].Value) < VersionMin)
            throw new LaunchException(
                $"This distribution offers PostgreSQL {candidate.Groups[1].Value}, but {VersionMin} or later is needed; set BKT_DATABASE "
                    + "to use another server.");
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"Candidate: (\d+)")]
    private static partial Regex CandidatePattern();
}
