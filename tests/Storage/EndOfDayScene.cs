using BktSmart.BusinessDay;
using BktSmart.Ledger;
using BktSmart.StandingOrders;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Storage;

/// <summary>A bank whose business dates end, with silos that go through them.</summary>
internal sealed class EndOfDayScene
{
    private static readonly StaffMember Operator = new("operator-1");
    private readonly BusinessDayStore _days;

    /// <summary>The hour at which <see cref="NewStarter"/> ends a date by the clock.</summary>
    private static readonly TimeSpan ByItself = new(20, 30, 0);

    /// <summary>Nobody changes it here.</summary>
    private const long FirstCalendar = 1;

    private EndOfDayScene(Bank bank)
    {
        Bank = bank;
        Store = new EndOfDayStore(bank.Database.Silo);
        _days = new BusinessDayStore(bank.Database.Silo);
    }

    public Bank Bank { get; }

    public EndOfDayStore Store { get; }

    public static async Task<EndOfDayScene> OpenAsync(TestServer server) => Of(new Bank(await server.CreateDatabaseAsync()));

    public static EndOfDayScene Of(Bank bank) => new(bank);

    /// <summary>Few accounts and batches at a time.</summary>
    private static IOptions<EndOfDayOptions> FewAtOnce { get; } =
        Options.Create(new EndOfDayOptions { AccountsAtOnce = 3, BatchesAtOnce = 2, Rest = 0 });

    /// <param name="works">Null for those of <see cref="NewWorks"/>.</param>
    public EndOfDayRunner NewSilo(string name, IEnumerable<IEndOfDayWork>? works = null) => new(
        Store, works ?? NewWorks(), new LedgerIdentity(name), FewAtOnce, Bank.Time, TimeProvider.System,
        NullLogger<EndOfDayRunner>.Instance);

    /// <summary>Starts end-of-day for one silo, and does not wait for a batch twice.</summary>
    /// <param name="clock">Of the silo.</param>
    public BusinessDayGrain NewStarter(TimeProvider clock) => new(
        _days, Store, new CalendarStore(Bank.Database.Silo), clock,
        Options.Create(new BusinessDayOptions { EndOfDayAt = ByItself, LockWait = TimeSpan.FromMilliseconds(20), TriesMax = 1 }),
        NullLogger<BusinessDayGrain>.Instance);

    /// <param name="payer">Makes payments of what is due; null for none.</param>
    public IReadOnlyList<IEndOfDayWork> NewWorks(StandingOrderPayer? payer = null) =>
    [
        new AccountsWork(Store, FewAtOnce),
        new BatchesWork(Store, new LedgerVerifier(Bank.Database.Silo), FewAtOnce, NullLogger<BatchesWork>.Instance),
        payer is null ? new ClosingWork(Store) : new PaymentsWork(Store, payer),
    ];

    public async Task<DateOnly> OpenDateAsync() => (await _days.ReadAsync(CancellationToken.None)).BusinessDate;

    public async Task<IEnumerable<DateOnly>> ListEndedAsync() =>
        (await _days.ListAsync(null, EndOfDayPage.CountMax, CancellationToken.None)).EndsOfDay.Select(ended => ended.BusinessDate);

    /// <summary>Ends the business date that is open; gives it.</summary>
    /// <param name="calendar">Says which date is next; null for the next day, in a calendar that nobody has touched.</param>
    public async Task<DateOnly> EndAsync(BankCalendar? calendar = null)
    {
        var date = await OpenDateAsync();
        Assert.True(await _days.TryStartAsync(
            date, calendar?.NextBusinessDay(date) ?? date.AddDays(1), calendar?.Version ?? FirstCalendar, Operator,
            TimeSpan.FromSeconds(10), DateTimeOffset.UtcNow, CancellationToken.None));
        return date;
    }

    /// <summary>Goes through all that is to be done, and gives what that was for a date.</summary>
    public async Task<EndOfDayReport> FinishAsync(DateOnly date)
    {
        var silo = NewSilo("silo-1");
        while (await silo.DoPartAsync(CancellationToken.None))
        {
        }

        var report = await ReadAsync(date);
        Assert.True(report.IsClosed);
        return report;
    }

    public async Task<EndOfDayReport> ReadAsync(DateOnly date) =>
        await Store.ReadAsync((await _days.FindAsync(date, CancellationToken.None))!, CancellationToken.None);

    public async Task<IReadOnlyList<string>> FindingsAsync(DateOnly date) =>
    [
        .. (await Store.ListFindingsAsync(date, 0, 100, CancellationToken.None))
            .Where(finding => finding.ResolvedAt is null).Select(finding => $"{finding.Step} {finding.Subject}"),
    ];

    public Task RetryAsync(DateOnly date) => Store.RestartAsync(Operator, date, DateTimeOffset.UtcNow, CancellationToken.None);

    /// <summary>As if the time had passed for which silos leave a step to each other.</summary>
    public Task EndLeasesAsync() =>
        TestDatabase.ExecuteAsync(Bank.Database.Owner, "update bank.end_of_day_step set leased_until = '-infinity'");

    /// <summary>As whoever has every right on the database.</summary>
    public Task CorruptAsync(string sql) => TestDatabase.ExecuteAsync(
        Bank.Database.Corruptor, $"begin; set local session_replication_role = replica; {sql}; commit");

    /// <summary>The last step, without standing orders that would have to become payments first.</summary>
    private sealed class ClosingWork(EndOfDayStore store) : IEndOfDayWork
    {
        public EndOfDayStep Step => EndOfDayStep.Payments;

        public Task DoPartAsync(OpenStep step, CancellationToken cancellationToken) =>
            store.ClosePaymentsAsync(step.BusinessDate, cancellationToken);
    }
}
