using Microsoft.Extensions.Options;
using System.Diagnostics;
using BktSmart.Bench.Stage;
using BktSmart.Ledger;
using BktSmart.Time;
using BktSmart.Values;
using Npgsql;

namespace BktSmart.Bench.Rows;

/// <summary>
/// The posting batch straight from SQL, without silo, API or client: what PostgreSQL leaves of the rate. One connection posts batch after
/// batch of transfers between random accounts; only the time in the database's hands counts. What it books is sound.
/// </summary>
internal static class PostingBatch
{
    private const int BatchSize = 500;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Transfers a second.</summary>
    public static async Task<double> RateAsync(BenchBank bank, TimeSpan duration, CancellationToken stop)
    {
        await using var database = new NpgsqlDataSourceBuilder(
            new NpgsqlConnectionStringBuilder(
                bank.SiloConnectionString) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 1, MaxPoolSize = 1 }.ConnectionString)
                .MapLedgerTypes().Build();
        var store = new LedgerStore(database, new LedgerIdentity("bench"), Options.Create(new LedgerOptions()));
        var chain = await store.OpenChainAsync(stop);
        var accounts = (await store.ReadAccountsAsync(await AccountIdsAsync(database, stop), stop)).ToArray();
        await using var day = database.CreateCommand("select business_date from bank.business_day");
        var businessDate = (DateOnly)(await day.ExecuteScalarAsync(stop))!;

        var payments = new PaymentOptions { LowValueCountMax = int.MaxValue };
        payments.AmountsOf(accounts[0].Currency).LowValueSumMinor = payments.AmountsOf(accounts[0].Currency).DayLimitMinor = long.MaxValue;
        var today = BankTime.Today(TimeProvider.System);
        var random = new Random(1);
        await PostAsync(WarmUp);
        return await PostAsync(duration);

        async Task<double> PostAsync(TimeSpan time)
        {
            var (posted, inDatabase) = (0L, TimeSpan.Zero);
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; posted += BatchSize)
            {
                var places = Enumerable.Range(0, BatchSize).Select(
                    _ => (Debit: random.Next(accounts.Length / 2), Credit: accounts.Length / 2 + random.Next(accounts.Length / 2)))
                    .ToArray();
                var locked = places.SelectMany(p => (int[])[p.Debit, p.Credit]).Distinct().ToDictionary(
                    i => accounts[i].Id, i => (Place: i, Account: new LockedAccount(accounts[i])));
                var orders = places.Select(p => new TransferOrder(
                    new TransferId(Guid.CreateVersion7()), TransferKind.Payment, accounts[p.Debit].Id, accounts[p.Credit].Id,
                    new Money(1, accounts[0].Currency), "Faleminderit", Originator.Customer));
                var view = new LedgerView(
                    locked.ToDictionary(pair => pair.Key, pair => pair.Value.Account), new Dictionary<TransferId, RecordedTransfer>(),
                    new Dictionary<TransferId, TransferKind>(),
                    DateTimeOffset.MinValue, businessDate, today, payments);
                var batch = LedgerRules.Decide(view, [.. orders]);
                var write = LedgerWrite.Of(chain, batch.New, locked.ToDictionary(pair => pair.Key, pair => pair.Value.Account), today);

                var started = Stopwatch.GetTimestamp();
                var bookedAt = await store.PostAsync(write, stop);
                inDatabase += Stopwatch.GetElapsedTime(started);
                foreach (var (place, account) in locked.Values)
                    accounts[place] = account.After(bookedAt.UtcDateTime, 0);
            }

            return posted / inDatabase.TotalSeconds;
        }
    }

    private static async Task<long[]> AccountIdsAsync(NpgsqlDataSource database, CancellationToken stop)
    {
        await using var command = database.CreateCommand(
            "select array_agg(account_id order by account_id) from bank.account where customer_number is not null");
        return (long[])(await command.ExecuteScalarAsync(stop))!;
    }
}
