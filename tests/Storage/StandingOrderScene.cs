using System.Globalization;
using BktSmart.BusinessDay;
using BktSmart.Keys;
using BktSmart.Ledger;
using BktSmart.StandingOrders;
using BktSmart.Tests.Infrastructure;
using BktSmart.Time;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>A bank whose clock a test moves, with silos that pay what is due.</summary>
internal sealed class StandingOrderScene : IAsyncDisposable
{
    private static readonly BankKeys Keys = TestKeys.Create();

    private readonly List<LedgerStore> _stores = [];
    private readonly List<RunningWriter> _writers = [];

    private StandingOrderScene(Bank bank, AccountRegistration from, AccountRegistration to, Guid session)
    {
        (Bank, From, To, Session) = (bank, from, to, session);
        Store = new StandingOrderStore(bank.Database.Silo, Keys, bank.Time);
        Calendar = new CalendarStore(bank.Database.Silo);
    }

    public static StandingOrderOptions Options { get; } = new();

    public Bank Bank { get; }

    public AccountRegistration From { get; }

    public AccountRegistration To { get; }

    public StandingOrderStore Store { get; }

    /// <summary>Which the customer has open.</summary>
    public Guid Session { get; }

    public CalendarStore Calendar { get; }

    private FakeTimeProvider Time => (FakeTimeProvider)Bank.Time;

    /// <param name="at">In Tirana; its day is also the business date.</param>
    public static async Task<StandingOrderScene> OpenAsync(
        TestServer server, long balanceMinor, PaymentOptions? payments = null, string at = "2026-12-10 12:00")
    {
        var bank = await Bank.StillAsync(await server.CreateDatabaseAsync(), payments, Moment(at));
        var day = at[..10];
        var calendar = new CalendarStore(bank.Database.Silo);
        foreach (var year in (int[])[Day(day).Year, Day(day).Year + 1])
            await calendar.LoadYearAsync(year, CancellationToken.None);
        await SetBusinessDateAsync(bank, day);
        var from = await bank.OpenAccountAsync(balanceMinor);
        return new StandingOrderScene(
            bank, from, await bank.OpenAccountAsync(), (await bank.OpenSessionAsync(from.CustomerNumber!.Value)).Id);
    }

    /// <summary>Of a bank that has ended no date.</summary>
    public static Task SetBusinessDateAsync(Bank bank, string day) =>
        TestDatabase.ExecuteAsync(bank.Database.Owner, $"update bank.business_day set business_date = '{day}'");

    public static DateTimeOffset Moment(string tirana)
    {
        var local = DateTime.ParseExact(tirana, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return BankTime.At(DateOnly.FromDateTime(local), local.TimeOfDay);
    }

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Sets the clocks of the silos, and not that of the database.</summary>
    public void MoveSilos(string tirana) => Time.SetUtcNow(Moment(tirana));

    public Task MoveToAsync(string tirana) => MoveToAsync(Moment(tirana));

    /// <summary>No silo is ever ahead of the database.</summary>
    /// <param name="at">It may be in the past.</param>
    public async Task MoveToAsync(DateTimeOffset at)
    {
        if (at < Time.GetUtcNow())
            Time.AdjustTime(at);
        await Bank.Database.StopClockAsync(at);
        if (at > Time.GetUtcNow())
            Time.SetUtcNow(at);
    }

    /// <summary>One more silo.</summary>
    public StandingOrderPayer NewPayer(StandingOrderOptions? options = null)
    {
        var store = new LedgerStore(
            Bank.Database.Silo, new LedgerIdentity($"silo-{_stores.Count}"),
            Microsoft.Extensions.Options.Options.Create(new LedgerOptions()));
        var writer = new RunningWriter(Bank, new LedgerOptions(), Bank.PosterOf(store, Bank.NewCache()), time: Time);
        _stores.Add(store);
        _writers.Add(writer);
        return PayerOf(writer.Writer, Time, options);
    }

    /// <summary>Of a silo that is there already.</summary>
    public StandingOrderPayer PayerOf(LedgerWriter writer, TimeProvider clock, StandingOrderOptions? options = null) => new(
        Store, Calendar, writer, Microsoft.Extensions.Options.Options.Create(options ?? Options), clock,
        TestLog.Current.CreateLogger<StandingOrderPayer>());

    public async Task<Guid> OrderAsync(
        string firstDate, StandingOrderFrequency frequency = StandingOrderFrequency.Once, long amount = 100, int? payments = null,
        NonBusinessDayRule rule = NonBusinessDayRule.After, AccountRegistration? to = null)
    {
        var command = Command(firstDate, frequency, amount, payments, rule, to);
        Assert.Null(await AddAsync(command, to ?? To));
        return command.Id;
    }

    public StandingOrderCommand Command(
        string firstDate, StandingOrderFrequency frequency = StandingOrderFrequency.Once, long amount = 100, int? payments = null,
        NonBusinessDayRule rule = NonBusinessDayRule.After, AccountRegistration? to = null) => new(
            Guid.CreateVersion7(), From.Iban!.Value, (to ?? To).Iban!.Value, new Money(amount, From.Currency), "qira",
            new StandingOrderSchedule(frequency, Day(firstDate), null, payments, rule));

    public async Task<Reason?> AddAsync(StandingOrderCommand command, AccountRegistration to, int? ordersMax = null)
    {
        var days = await Calendar.ReadAsync(BankTime.Today(Time).AddMonths(-1), CancellationToken.None);
        return await Store.AddAsync(
            From.CustomerNumber!.Value, Session, command, From.Id, to.Id, StandingOrderRules.Next(command.Schedule, 0, 0, days),
            days.Version, ordersMax ?? Options.OrdersMax, CancellationToken.None);
    }

    public Task ReportAsync(NpgsqlConnection connection) => Bank.ReportFnpAsync(
        connection, From.CustomerNumber!.Value, StandingOrderStore.PauseNew(From.CustomerNumber.Value, Options.Probation));

    public async Task<StandingOrder> FindAsync(Guid order) => (await Store.FindAsync(order, CancellationToken.None))!.Order;

    public async Task ChangeAsync(Guid order, Func<StandingOrder, StandingOrder> change)
    {
        var row = (await Store.FindAsync(order, CancellationToken.None))!;
        Assert.True((await Store.ChangeAsync(
            row, change(row.Order), new NextDate(row.Place, null, false), row.CalendarVersion, null, null, CancellationToken.None)).Value);
    }

    /// <summary>What became of the payments of an order, by date.</summary>
    public async Task<string> PaymentsAsync(Guid order)
    {
        var payments = await Store.ListPaymentsAsync(order, DateOnly.MaxValue, 100, CancellationToken.None);
        return string.Join(", ", payments.Reverse().Select(
            payment => $"{payment.DueOn:MM-dd} {payment.State}{(payment.Reason is { } reason ? $" {reason}" : "")}"));
    }

    /// <summary>The one payment that waits for an attempt, as a silo takes it up.</summary>
    public async Task<DuePayment> TakeUpAsync() =>
        Assert.Single(await Store.TakeUpAsync(Time.GetUtcNow(), Options.Lease, 10, CancellationToken.None));

    public async Task<long> BalanceAsync(AccountRegistration account) => (await Bank.StateAsync(account)).BalanceMinor;

    public Task<string> EventsAsync() => TestDatabase.ReadAsync<string>(
        Bank.Database.Owner, "select coalesce(string_agg(kind::text, ' ' order by number), '') from bank.customer_event where kind >= 9");

    /// <summary>Does all that is due now, as one silo.</summary>
    public static async Task WorkAsync(StandingOrderPayer payer)
    {
        await payer.ReckonAsync(CancellationToken.None);
        while (await payer.MakeDueAsync(CancellationToken.None) + await payer.PayAsync(CancellationToken.None) > 0)
        {
            // Until nothing is left.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers)
            await writer.DisposeAsync();
        foreach (var store in _stores)
            await store.DisposeAsync();
    }
}
