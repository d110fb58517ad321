using System.Diagnostics;
using System.Globalization;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using GetStanding = BktSmart.Staff.V1.GetBusinessDayRequest;

namespace BktSmart.Dev.Demo;

/// <summary>The end of a business day: what is paid before it and behind it, and what is paid by itself in the morning.</summary>
public sealed partial class DemoStory
{
    private const long SmallMinorUnits = 900_00;
    private const long RentMinorUnits = 2_000_00;
    private static readonly TimeOnly BeforeTheEnd = new(19, 59);
    private static readonly TimeOnly AfterIt = new(20, 1);
    private static readonly TimeOnly Morning = new(6, 0);
    private static readonly TimeSpan MorningDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private BusinessDayService.BusinessDayServiceClient Operations =>
        new(_client.AsStaff(_bank.Staff.Issue("demo-operator", ["operations"])));

    private async Task EveningAsync(CustomerApp app, DemoCustomer payer, DemoCustomer payee)
    {
        var (date, next) = await DatesAsync();
        while (_bank.Clock.GetUtcNow() >= LocalClock.At(date, BeforeTheEnd))
        {
            await EndAsync(date);
            (date, next) = await DatesAsync();
        }

        await SceneAtAsync(date, BeforeTheEnd);
        await app.SignInAsync(payer.CustomerNumber, _stop);
        await PaySmallAsync(app, payer, payee, date);
        var refusal = await Refusal.OfAsync(() => StartEndOfDayAsync(date));
        _checks.Equal("the reason why the day does not end yet", "END_OF_DAY_TOO_EARLY", refusal?.Reason ?? "(it was not refused)");
        Operator("It is too early to end the day.");
        await OrderRentAsync(app, payer, payee, next);

        await SceneAtAsync(date, AfterIt);
        await EndAsync(date);
        _checks.Equal("the business date behind it", next, (await DatesAsync()).Date);
        await PaySmallAsync(app, payer, payee, next);

        await SceneAtAsync(next, Morning);
    }

    private async Task MorningAsync(CustomerApp app, DemoCustomer payee)
    {
        var (date, _) = await DatesAsync();
        await app.SignInAsync(payee.CustomerNumber, _stop);
        var waited = Stopwatch.StartNew();
        IReadOnlyList<Transaction> transactions;
        while ((transactions = await app.ListTransactionsAsync(payee.Account, _stop))[0].Amount.MinorUnits != RentMinorUnits)
        {
            if (waited.Elapsed > MorningDeadline)
                throw new TimeoutException($"The standing order did not pay within {MorningDeadline.TotalSeconds:F0} s.");
            await Task.Delay(LookAgain, _stop);
        }

        _checks.Equal("the business date of the rent", date, FromDate(transactions[0].BusinessDate));
        _checks.Equal(
            "the receiver's transactions", $"4: {RentMinorUnits}, 3: {SmallMinorUnits}, 2: {SmallMinorUnits}, 1: {PaymentMinorUnits}",
            Describe(transactions));
        Person(payee, "The rent was there before I got up.");
        Show(payee, transactions);
    }

    /// <summary>A payment that needs no FNP, after a look at what it will be.</summary>
    private async Task PaySmallAsync(CustomerApp app, DemoCustomer payer, DemoCustomer payee, DateOnly date)
    {
        var request = Payment(payer, payee, SmallMinorUnits, "Kafe");
        var quote = (await app.Transfers.QuoteTransferAsync(
            new QuoteTransferRequest { SourceAccount = request.SourceAccount, PayeeIban = request.PayeeIban, Amount = request.Amount },
            cancellationToken: _stop)).Quote;
        _checks.Equal("the business date that the app shows before", date, FromDate(quote.BusinessDate));
        _checks.True("no FNP for so little", !quote.ConfirmationRequired, "none", "one");
        var transfer = await app.PayAsync(request, _stop);
        _checks.Equal("the business date of the payment", date, FromDate(transfer.BusinessDate));
        Person(payer, $"I pay {Pretty.Amount(request.Amount)}. My app says before that it books on {Pretty.Date(date)}, and so it did.");
    }

    private async Task OrderRentAsync(CustomerApp app, DemoCustomer payer, DemoCustomer payee, DateOnly first)
    {
        var order = new CreateStandingOrderRequest
        {
            StandingOrderId = Guid.CreateVersion7().ToString(),
            SourceAccount = payer.Account,
            PayeeIban = payee.Iban,
            Amount = All(RentMinorUnits),
            Reference = "Qiraja",
            Schedule = new StandingOrderSchedule { Frequency = StandingOrderFrequency.Monthly, FirstDate = ToDate(first) },
        };
        (order.Confirmation, var sms) = await app.ConfirmAsync(new BeginConfirmationRequest { StandingOrder = order }, _stop);
        _say($"    {sms}");
        var given = (await app.StandingOrders.CreateStandingOrderAsync(order, cancellationToken: _stop)).StandingOrder;
        _checks.Equal("the day on which the rent is due", first, FromDate(given.NextDueDate));
        Person(payer, $"I order {Pretty.Amount(order.Amount)} for every month, the first time on {Pretty.Date(first)}.");
    }

    private async Task EndAsync(DateOnly date)
    {
        await StartEndOfDayAsync(date);
        Operator($"End-of-day of {Pretty.Date(date)} has started; from now on bookings have the next date.");
        using var watch = Operations.WatchEndOfDay(new WatchEndOfDayRequest { BusinessDate = ToDate(date) }, cancellationToken: _stop);
        EndOfDayReport? report = null;
        while (await watch.ResponseStream.MoveNext(_stop))
            report = watch.ResponseStream.Current.Report;
        _checks.True("the end of the day", report is { Closed: true }, "a closed date", report);
        _checks.Equal("what end-of-day found wrong", 0, report!.Steps.Sum(step => step.FindingCount));
        Operator($"It is closed: {string.Join(", ", report.Steps.Select(step => $"{step.DoneCount} {Name(step.Step)}"))}, nothing wrong.");
    }

    private async Task<StartEndOfDayResponse> StartEndOfDayAsync(DateOnly date) => await Operations.StartEndOfDayAsync(
        new StartEndOfDayRequest { BusinessDate = ToDate(date) }, cancellationToken: _stop);

    private async Task<(DateOnly Date, DateOnly Next)> DatesAsync()
    {
        var standing = await Operations.GetBusinessDayAsync(new GetStanding(), cancellationToken: _stop);
        return (FromDate(standing.BusinessDate), FromDate(standing.NextDates[0]));
    }

    private async Task SceneAtAsync(DateOnly day, TimeOnly time)
    {
        await _bank.Clock.MoveAsync(LocalClock.At(day, time), _stop);
        Scene(string.Create(CultureInfo.InvariantCulture, $"{Pretty.Date(day)}, {time:HH\\:mm}"));
    }

    private static string Name(EndOfDayStep step) => step.ToString().ToLowerInvariant();

    private static DateOnly FromDate(Date date) => new(date.Year, date.Month, date.Day);

    private static Date ToDate(DateOnly date) => new() { Year = date.Year, Month = date.Month, Day = date.Day };

    private void Operator(string text) => _say($"  Operator: {text}");
}
