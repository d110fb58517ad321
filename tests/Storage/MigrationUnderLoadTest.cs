using Microsoft.Extensions.Options;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using BktSmart.Bench;
using BktSmart.Bench.Seeding;
using BktSmart.Ledger;
using BktSmart.Silo.Migration;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>
/// A bank with many entries goes on while its schema changes in every way that a migration may: a table gets a column and a constraint
/// behind a long reader, an index is built, rows are filled in bites. No transfer waits for long. <c>BKT_UPGRADE_ENTRIES=1000000</c> makes
/// it a bank of a million entries.
/// </summary>
public sealed class MigrationUnderLoadTest(TestServer server)
{
    private const int Accounts = 1_000;
    private const int Payers = 2;
    private const int TriesOfTheReader = 5;
    private const int WarmUp = 100;
    private const int Usual = 500;

    /// <summary>
    /// How long a transfer may take during the migration; on a machine that is busy with other things, three times as long as before it.
    /// </summary>
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);
    private static readonly long Entries =
        long.Parse(Environment.GetEnvironmentVariable("BKT_UPGRADE_ENTRIES") ?? "100000", CultureInfo.InvariantCulture);

    private static readonly MigrationFiles Files = MigrationFiles.Embedded with
    {
        Numbered =
        [
            .. MigrationFiles.Embedded.Numbered,
            new MigrationFile("9001_column.sql", """
                alter table bank.account
                    add column seen_on date,
                    add constraint seen_late check (seen_on >= '2026-01-01') not valid
                """),
            new MigrationFile("9002_fill.sql", """
                -- step: find the postings of a day
                create index concurrently posting_by_day on bank.posting (business_date, account_id)
                -- step until done: a hundred accounts at a time
                update bank.account
                   set seen_on = '2026-11-01'
                 where account_id in (select account_id from bank.account where seen_on is null order by account_id limit 100)
                -- step: it holds for the rows of before
                alter table bank.account validate constraint seen_late
                """),
        ],
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MigrateAsync_ManyEntriesAndALongReader_StopsNoTransferForLong()
    {
        var database = await server.CreateDatabaseAsync();
        await AccountSeed.BankAsync(database.Owner, Accounts, Stop);
        await EntrySeed.BookAsync(database.Owner, Accounts, Entries, AccountBook.FundsMinor, Stop);
        var ids = await TestDatabase.ReadAsync<long[]>(
            database.Owner, "select array_agg(account_id order by account_id) from bank.account where customer_number is not null");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var took = new ConcurrentQueue<TimeSpan>();
        var usualIsKnown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var paying = Enumerable.Range(0, Payers)
            .Select(payer => Task.Run(() => PayAsync(database, ids, payer, Took, stop.Token), Stop))
            .ToArray();
        await await Task.WhenAny([usualIsKnown.Task, .. paying]);
        var usual = took.Skip(WarmUp).Max();
        took.Clear();

        await using var reader = await database.Owner.OpenConnectionAsync(Stop);
        await using var reading = await reader.BeginTransactionAsync(Stop);
        await using (var read = new NpgsqlCommand("select count(*) from bank.account", reader, reading))
            await read.ExecuteScalarAsync(Stop);
        var tries = 0;
        var migrating = new Migrator(database.Owner, files: Files, say: _ =>
        {
            if (++tries == TriesOfTheReader)
                reading.Rollback();
        }).MigrateAsync(Stop);
        // A payment that fails ends the test at once.
        await await Task.WhenAny([migrating, .. paying]);
        Assert.Equal(["9001_column.sql", "9002_fill.sql"], await migrating);
        await stop.CancelAsync();
        await Task.WhenAll(paying);

        var longest = took.Max();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Entries} entries; {took.Count} transfers meanwhile; the longest took {longest.TotalMilliseconds:F0} ms, "
            + $"before it {usual.TotalMilliseconds:F0} ms; {tries} tries for the lock"));
        Assert.InRange(tries, TriesOfTheReader, int.MaxValue);
        Assert.True(
            longest <= PauseMax || longest <= 3 * usual,
            $"A transfer took {longest.TotalMilliseconds:F0} ms, before the migration at most {usual.TotalMilliseconds:F0} ms.");
        Assert.Equal(0, await TestDatabase.ReadAsync<long>(database.Owner, "select count(*) from bank.account where seen_on is null"));
        var report = await new LedgerVerifier(database.Silo).VerifyAsync(Stop);
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));

        void Took(TimeSpan time)
        {
            took.Enqueue(time);
            if (took.Count > WarmUp + Usual)
                usualIsKnown.TrySetResult();
        }
    }

    /// <summary>A silo of its own, which pays between accounts that nobody else pays from.</summary>
    private static async Task PayAsync(TestDatabase database, long[] accounts, int payer, Action<TimeSpan> took, CancellationToken stop)
    {
        await using var silo = database.BuildSource();
        await using var store = new LedgerStore(silo, new LedgerIdentity($"payer-{payer}"), Options.Create(new LedgerOptions()));
        var poster = new LedgerPoster(store, Bank.NewCache(), TimeProvider.System, TestPayments.Free);
        var own = accounts.Where((_, i) => i % Payers == payer).ToArray();
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var order = new TransferOrder(
                new TransferId(Guid.CreateVersion7()), TransferKind.Payment, own[i % own.Length], own[(i + 1) % own.Length],
                new Money(1, Bank.All), "", Originator.Customer);
            var started = Stopwatch.GetTimestamp();
            if (await poster.TryPostAsync([order], CancellationToken.None) is not { Way: ShortWay.Posted })
                Assert.Null((await poster.PostAsync([order], CancellationToken.None)).Decisions.Single().Refusal);
            took(Stopwatch.GetElapsedTime(started));
        }
    }
}
