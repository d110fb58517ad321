using System.Globalization;
using System.Text.RegularExpressions;
using BktSmart.Dev;
using BktSmart.Dev.Database;
using Npgsql;

namespace BktSmart.Bench.Stage;

/// <summary>PostgreSQL's own benchmark, on the server that everybody is measured on.</summary>
internal sealed partial class PgBench(PostgresPrograms programs, NpgsqlConnectionStringBuilder login)
{
    /// <summary>The accounts of TPC-B, in hundred thousands.</summary>
    public const int Scale = 20;

    /// <summary>TPC-B as pgbench has it built in, with the account chosen by the first line.</summary>
    private const string Transaction = """
        \set bid random(1, 1 * :scale)
        \set tid random(1, 10 * :scale)
        \set delta random(-5000, 5000)
        begin;
        update pgbench_accounts set abalance = abalance + :delta where aid = :aid;
        select abalance from pgbench_accounts where aid = :aid;
        update pgbench_tellers set tbalance = tbalance + :delta where tid = :tid;
        update pgbench_branches set bbalance = bbalance + :delta where bid = :bid;
        insert into pgbench_history (tid, bid, aid, delta, mtime) values (:tid, :bid, :aid, :delta, current_timestamp);
        end;
        """;

    public const string Uniform = @"\set aid random(1, 100000 * :scale)" + "\n" + Transaction;
    public const string OneAccount = @"\set aid 1" + "\n" + Transaction;

    // The exponent nearest to 1 that pgbench takes.
    public const string Zipf = @"\set aid random_zipfian(1, 100000 * :scale, 1.001)" + "\n" + Transaction;

    /// <summary>Makes and fills the tables of TPC-B.</summary>
    public async Task InitialiseAsync(CancellationToken stop) =>
        await RequireAsync(["-i", "-q", "-s", Scale.ToString(CultureInfo.InvariantCulture)], stop);

    /// <summary>Runs a script with prepared statements.</summary>
    /// <returns>Transactions a second, and their mean time in milliseconds.</returns>
    public async Task<(double PerSecond, double MeanMs)> RunAsync(string script, int clients, int seconds, CancellationToken stop)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script, stop);
            var output = await RequireAsync(
                [
                    "-n", "-M", "prepared", "-f", file, "-s", Scale.ToString(CultureInfo.InvariantCulture),
                    "-c", clients.ToString(CultureInfo.InvariantCulture), "-j",
                    Math.Min(clients, Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture),
                    "-T", seconds.ToString(CultureInfo.InvariantCulture),
                ],
                stop);
            return (Number(RatePattern(), output), Number(LatencyPattern(), output));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<string> RequireAsync(IEnumerable<string> arguments, CancellationToken stop)
    {
        var (exitCode, output) = await Programs.RunAsync(
            Path.Combine(programs.Folder, "pgbench"),
            [.. arguments, "-h", login.Host!, "-p", login.Port.ToString(
                CultureInfo.InvariantCulture), "-U", login.Username!, login.Database!],
            new() { ["PGPASSWORD"] = login.Password!, ["LC_ALL"] = "C" },
            stop);
        return exitCode == 0 ? output : throw new LaunchException($"pgbench failed.\n{output}");
    }

    private static double Number(Regex pattern, string output) =>
        double.Parse(pattern.Match(output).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex RatePattern();

    [GeneratedRegex(@"latency average = ([0-9.]+) ms")]
    private static partial Regex LatencyPattern();
}
