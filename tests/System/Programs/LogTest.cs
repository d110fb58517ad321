using System.Text.RegularExpressions;
using Npgsql;

namespace BktSmart.Programs;

/// <summary>Where a secret could stay behind: logs, metrics, and the database. The file that stands for the provider of SMS in development is none of them.</summary>
public sealed partial class LogTest(SignInStory story) : IClassFixture<SignInStory>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logs_AfterTheWholePathAndItsRefusals_HoldNoSecretAndNobodysNumbers()
    {
        var logs = new List<string>();
        foreach (var path in story.Bank.Logs.Where(path => !path.EndsWith("postgres.log", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            logs.Add(await reader.ReadToEndAsync(Stop));
        }

        Assert.Equal(2, logs.Count);
        AssertNone([.. story.Secrets, .. story.Numbers], logs.SelectMany(log => log.Split('\n')));
    }

    [Fact]
    public async Task Metrics_AfterTheWholePathAndItsRefusals_HoldNoSecretAndNobodysNumbers()
    {
        using var http = new HttpClient();
        var names = new List<string>();
        foreach (var operations in (Uri[])[story.Bank.Bank.ApiOperations, .. story.Bank.Bank.Silos.Select(silo => silo.Operations)])
        {
            var page = await http.GetStringAsync(new Uri(operations, "/metrics"), Stop);
            Assert.Contains("# TYPE", page, StringComparison.Ordinal);
            // A value may be any number.
            names.AddRange(page.Split('\n').Select(line => MetricValue().Replace(line, "")));
        }

        AssertNone([.. story.Secrets, .. story.Numbers], names);
    }

    /// <summary>All columns of all tables, whatever their type; bytes as the text that they hold, too.</summary>
    [Fact]
    public async Task Tables_AfterTheWholePathAndItsRefusals_HoldNoSecret()
    {
        var tables = await story.Bank.ReadAsync<string[]>("""
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
            rows.AddRange(await ReadRowsAsync(table));
        // The search finds what is there.
        Assert.Contains(rows, row => row.Contains("argon2id", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains("CodeHash", StringComparison.Ordinal));
        AssertNone(story.Secrets, rows);
    }

    private async Task<IEnumerable<string>> ReadRowsAsync(string table)
    {
        var bytes = await story.Bank.ReadAsync<string[]>($"""
            select coalesce(array_agg(quote_ident(attname)), array[]::text[])
              from pg_attribute
             where attrelid = '{table}'::regclass and atttypid = 'bytea'::regtype and attnum > 0 and not attisdropped
            """);
        var rows = new List<string>();
        await using NpgsqlCommand command = story.Bank.Sql.CreateCommand(
            $"select concat_ws(' ', t::text{string.Concat(bytes.Select(column => $", encode({column}, 'escape')"))}) from {table} t");
        await using var reader = await command.ExecuteReaderAsync(Stop);
        while (await reader.ReadAsync(Stop))
            rows.Add($"{table}: {reader.GetString(0)}");
        return rows;
    }

    /// <summary>Whole words: six digits may be part of any number, or of a second.</summary>
    private static void AssertNone(IEnumerable<KeyValuePair<string, string>> secrets, IEnumerable<string> lines)
    {
        var words = secrets.Select(secret => (
            What: secret.Key, secret.Value, Word: new Regex($@"(?<![0-9A-Za-z]|:\d\d\.){Regex.Escape(secret.Value)}(?![0-9A-Za-z])"))).ToArray();
        var found = from line in lines
                    from word in words
                    where line.Contains(word.Value, StringComparison.Ordinal) && word.Word.IsMatch(line)
                    select $"{word.What} in: {line}";
        Assert.Empty(found);
    }

    [GeneratedRegex(@"(?<=^[^#].*) \S+( \d+)?$")]
    private static partial Regex MetricValue();
}
