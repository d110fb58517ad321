using BktSmart.Staff.V1;
using BktSmart.V1;
using static Grpc.Core.StatusCode;

namespace BktSmart.BusinessDay;

/// <summary>R13 as the operations desk has it.</summary>
public sealed class BusinessDayServiceTest
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartEndOfDay_AfterTheHour_BookingsHaveTheNextDateAndTheLedgerIsSound()
    {
        await using var bank = await TestBank.StartAsync("business-day");
        await using (var longAgo = bank.Sql.CreateCommand(
            "update bank.business_day set business_date = (now() at time zone 'Europe/Tirane')::date - 3"))
        {
            await longAgo.ExecuteNonQueryAsync(Stop);
        }

        var desk = new BusinessDayService.BusinessDayServiceClient(
            bank.Client.AsStaff(bank.Bank.Staff.Issue("operator-1", ["operations"])));
        var (payer, payee) = (await bank.EnterAsync(10_00), await bank.EnterAsync());
        var standing = await desk.GetBusinessDayAsync(new Staff.V1.GetBusinessDayRequest(), cancellationToken: Stop);
        Assert.Equal((null, 5), (standing.OpenTime, standing.NextDates.Count));
        Assert.Equal(standing.BusinessDate, (await payer.App.PayAsync(payer.Payment(payee, 1), Stop)).BusinessDate);

        var quoted = (await QuoteAsync()).Quote;
        Assert.Equal(
            (standing.BusinessDate, standing.NextDates[0], standing.EndOfDayFromTime, false),
            (quoted.BusinessDate, quoted.NextBusinessDate, quoted.EndOfDayFromTime, quoted.ConfirmationRequired));
        Assert.Equal(BusinessDayPhase.Open, (await SeenByTheAppAsync()).Phase);
        Assert.Equal(
            new Refused(NotFound, "END_OF_DAY_NOT_FOUND", "business_date"),
            await Refused.ByAsync(() => WatchAsync(standing.BusinessDate)));

        var ended = (await StartAsync(standing.BusinessDate)).EndOfDay;
        Assert.Equal((standing.BusinessDate, standing.NextDates[0], "operator-1"), (ended.BusinessDate, ended.NextDate, ended.Starter));
        Assert.Equal(ended, (await StartAsync(standing.BusinessDate)).EndOfDay);
        var after = await payer.App.PayAsync(payer.Payment(payee, 1), Stop);
        Assert.Equal(ended.NextDate, after.BusinessDate);
        Assert.True(ended.StartTime <= after.BookingTime, $"{ended.StartTime} is after {after.BookingTime}");
        Assert.Equal([ended], (await desk.ListEndsOfDayAsync(new ListEndsOfDayRequest(), cancellationToken: Stop)).EndsOfDay);

        var closed = await WatchAsync(standing.BusinessDate);
        Assert.True(closed.Closed);
        Assert.Equal(ended, closed.EndOfDay);
        Assert.Equal([EndOfDayStep.Accounts, EndOfDayStep.Batches, EndOfDayStep.Payments], closed.Steps.Select(step => step.Step));
        Assert.All(closed.Steps, step => Assert.Equal((step.TotalCount, 0, 1), (step.DoneCount, step.FindingCount, step.RunCount)));
        Assert.Equal(
            [(LedgerTransferKind.Payment, 1L, Amounts.All(1)), (LedgerTransferKind.CashDeposit, 1L, Amounts.All(10_00))],
            closed.Totals.Select(total => (total.Kind, total.TransferCount, total.Amount)));
        Assert.Equal((3L, 4L, Amounts.All(10_01)), closed.Movements.Select(m => (m.AccountCount, m.PostingCount, m.Debits)).Single());
        Assert.Contains("\"chains\"", closed.Heads, StringComparison.Ordinal);
        Assert.Empty((await desk.ListEndOfDayFindingsAsync(
            new ListEndOfDayFindingsRequest { BusinessDate = standing.BusinessDate }, cancellationToken: Stop)).Findings);
        Assert.Equal(
            closed,
            (await desk.RetryEndOfDayAsync(
                new RetryEndOfDayRequest { BusinessDate = standing.BusinessDate }, cancellationToken: Stop)).Report);
        Assert.Equal(after.BusinessDate, (await QuoteAsync()).Quote.BusinessDate);
        var day = await SeenByTheAppAsync();
        Assert.Equal((after.BusinessDate, "Europe/Tirane"), (day.BusinessDate, day.TimeZone));

        Assert.Equal(
            new Refused(FailedPrecondition, "BUSINESS_DATE_DIFFERS", "business_date"),
            await Refused.ByAsync(() => StartAsync(new Date { Year = 2030, Month = 1, Day = 7 })));
        foreach (var impossible in (Date[])[new(), new() { Year = 2027, Month = 2, Day = 29 }, new() { Year = 2027, Month = 13, Day = 1 }])
        {
            Assert.Equal(
                new Refused(InvalidArgument, "DATE_MALFORMED", "business_date"), await Refused.ByAsync(() => StartAsync(impossible)));
        }

        Assert.Equal(0, (await bank.VerifyAsync()).ExitCode);

        async Task<StartEndOfDayResponse> StartAsync(Date date) =>
            await desk.StartEndOfDayAsync(new StartEndOfDayRequest { BusinessDate = date }, cancellationToken: Stop);

        async Task<QuoteTransferResponse> QuoteAsync() => await payer.App.Transfers.QuoteTransferAsync(
            new QuoteTransferRequest
            {
                SourceAccount = payer.Account.Name, PayeeIban = payee.Account.Iban, Amount = Amounts.All(1),
            },
            cancellationToken: Stop);

        async Task<V1.GetBusinessDayResponse> SeenByTheAppAsync() =>
            await payer.App.Transfers.GetBusinessDayAsync(new V1.GetBusinessDayRequest(), cancellationToken: Stop);

        async Task<EndOfDayReport> WatchAsync(Date date)
        {
            using var watch = desk.WatchEndOfDay(new WatchEndOfDayRequest { BusinessDate = date }, cancellationToken: Stop);
            EndOfDayReport? last = null;
            while (await watch.ResponseStream.MoveNext(Stop))
                last = watch.ResponseStream.Current.Report;
            return last!;
        }
    }
}
