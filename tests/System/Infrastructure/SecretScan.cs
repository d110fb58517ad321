using System.Buffers;
using System.Text.RegularExpressions;
using Npgsql;

namespace BktSmart.Infrastructure;

/// <summary>
/// Where a secret could stay behind: logs, metrics, and the database. The file that stands for the provider of SMS in development is none
/// of them.
/// </summary>
internal static partial class SecretScan
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The logs of silos and API, each whole.</summary>
    public static async Task<IReadOnlyList<string>> ReadLogsAsync(TestBank bank)
    {
        var logs = new List<string>();
        foreach (var path in bank.Logs.Where(path => !path.EndsWith("postgres.log", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            logs.Add(await reader.ReadToEndAsync(Stop));
        }

        return logs;
    }

    /// <summary>The metrics of silos and API with their labels, without their values, which may be any number.</summary>
    public static async Task<IReadOnlyList<string>> ReadMetricsAsync(TestBank bank)
    {
        using var http = new HttpClient();
        var names = new List<string>();
        foreach (var operations in (Uri[])[bank.Bank.ApiOperations, .. bank.Bank.Silos.Select(silo => silo.Operations)])
        {
            var page = await http.GetStringAsync(new Uri(operations, "/metrics"), Stop);
            Assert.Contains("# TYPE", page, StringComparison.Ordinal);
            names.AddRange(page.Split('\n').Select(line => MetricValue().Replace(line, "")));
        }

        return names;
    }

    /// <summary>All columns of all tables, whatever their type; bytes as the text that they hold, too.</summary>
    public static async Task<IReadOnlyList<string>> ReadRowsAsync(TestBank bank)
    {
        var tables = await bank.ReadAsync<string[]>("""
            select array_agg(format('%I.%I', n.nspname, t.relname) order by 1)
              from pg_class t
              join pg_namespace n on n.oid = t.relnamespace
             where n.nspname in ('bank', 'orleans')
               and t.relkind in ('r', 'p')
            """);
        Assert.Contains("bank.credentials", tables);
        Assert.Contains("orleans.storage", tables);
        var rows = new List<string>();
        foreach (var table in tables)
        {
            var bytes = await bank.ReadAsync<string[]>($"""
                select coalesce(array_agg(quote_ident(attname)), array[]::text[])
                  from pg_attribute
                 where attrelid = '{table}'::regclass and atttypid = 'bytea'::regtype and attnum > 0 and not attisdropped
                """);
            await using NpgsqlCommand command = bank.Sql.CreateCommand(
                $"select concat_ws(' ', t::text{string.Concat(bytes.Select(column => $", encode({column}, 'escape')"))}) from {table} t");
            await using var reader = await command.ExecuteReaderAsync(Stop);
            while (await reader.ReadAsync(Stop))
                rows.Add($"{table}: {reader.GetString(0)}");
        }

        // The search finds what is there.
        Assert.Contains(rows, row => row.Contains("argon2id", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains("CodeHash", StringComparison.Ordinal));
        return rows;
    }

    /// <param name="secrets">By what they are.</param>
    /// <param name="lines">What is searched.</param>
    public static void AssertNone(IReadOnlyCollection<KeyValuePair<string, string>> secrets, IEnumerable<string> lines) =>
        Assert.Empty(Find(secrets, lines));

    /// <inheritdoc cref="AssertNone"/>
    public static IEnumerable<string> Find(IReadOnlyCollection<KeyValuePair<string, string>> secrets, IEnumerable<string> lines)
    {
        var values = SearchValues.Create([.. secrets.Select(secret => secret.Value).Distinct()], StringComparison.Ordinal);
        return from line in lines
               where line.AsSpan().ContainsAny(values)
               from secret in secrets
               where Holds(line, secret.Value)
               select $"{secret.Key} in: {line}";
    }

    /// <summary>Digits as a whole word only: six of them may be part of any number, or of a second.</summary>
    private static bool Holds(string line, string value) => line.Contains(value, StringComparison.Ordinal)
        && (!value.All(char.IsAsciiDigit) || Regex.IsMatch(line, $@"(?<![0-9A-Za-z]|:\d\d\.){value}(?![0-9A-Za-z])"));

    [GeneratedRegex(@"(?<=^[^#].*) \S+( \d+)?$")]
    private static partial Regex MetricValue();
}
