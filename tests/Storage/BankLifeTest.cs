using System.Globalization;
using BktSmart.Ledger;
using BktSmart.StandingOrders;
using BktSmart.Tests.Infrastructure;
using BktSmart.Time;

namespace BktSmart.Tests.Storage;

/// <summary>R1, R13: weeks of a bank, evening by evening, over the days that are not as others.</summary>
public sealed class BankLifeTest(TestServer server)
{
    /// <summary>Every third evening no silo is there, and end-of-day starts in the morning.</summary>
    private const int Missed = 3;

    /// <param name="dates">The business dates from the first on, in their order; the last is still open at the end.</param>
    /// <param name="paid">When a weekly order is paid whose day is Saturday, and which waits for the next business day.</param>
    [Theory]
    [InlineData("2026-11-19", "2026-12-04", "11-19 11-20 11-24 11-25 11-26 11-27 12-02 12-03 12-04 12-07", "11-24 12-02")]
    [InlineData("2026-12-24", "2027-01-08", "12-24 12-28 12-29 12-30 12-31 01-05 01-06 01-07 01-08 01-11", "12-28 01-05")]
    [InlineData("2026-10-19", "2026-10-30", "10-19 10-20 10-21 10-22 10-23 10-26 10-27 10-28 10-29 10-30 11-02", "10-26")]
    [InlineData("2027-03-19", "2027-04-02", "03-19 03-23 03-24 03-25 03-26 03-30 03-31 04-01 04-02 04-05", "03-23 03-30")]
    [InlineData("2028-02-21", "2028-03-03", "02-21 02-22 02-23 02-24 02-25 02-29 03-01 03-02 03-03 03-06", "02-29")]
    public async Task Weeks_WithHolidaysYearsEndSummerTimeAndLeapDay_EachDateIsBookedClosedAndTies(
        string from, string to, string dates, string paid)
    {
        var expected = new Queue<string>(dates.Split(' '));
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000_000, at: $"{from} 04:00");
        var (ends, payer) = (EndOfDayScene.Of(scene.Bank), scene.NewPayer());
        var firstSaturday = StandingOrderScene.Day(from).AddDays((DayOfWeek.Saturday - StandingOrderScene.Day(from).DayOfWeek + 7) % 7);
        var order = await scene.OrderAsync(Text(firstSaturday, "yyyy-MM-dd"), StandingOrderFrequency.Weekly);
        var evenings = 0;
        var closed = new List<DateOnly>();
        for (var day = StandingOrderScene.Day(from); day <= StandingOrderScene.Day(to); day = day.AddDays(1))
        {
            await EndDueAsync(day, "05:00");
            await scene.MoveToAsync($"{Text(day, "yyyy-MM-dd")} 06:00");
            await StandingOrderScene.WorkAsync(payer);
            await PayAsync(day, "12:00");
            await PayAsync(day, "19:59");
            if (++evenings % Missed != 0 || day == StandingOrderScene.Day(to))
                await EndDueAsync(day, "20:30");
            await PayAsync(day, "20:31");
        }

        Assert.Single(expected);
        Assert.Equal(
            string.Join(", ", paid.Split(' ').Select(date => $"{date} Booked")), await scene.PaymentsAsync(order));
        foreach (var date in closed)
        {
            var report = await ends.FinishAsync(date);
            Assert.Empty(await ends.FindingsAsync(date));
            Assert.NotEmpty(report.Totals);
        }

        await scene.Bank.AssertSoundAsync();

        // Of a date whose evening has come, or passed without a silo.
        async Task EndDueAsync(DateOnly day, string time)
        {
            await scene.MoveToAsync($"{Text(day, "yyyy-MM-dd")} {time}");
            while (BankTime.At(await ends.OpenDateAsync(), TimeSpan.FromHours(20)) <= scene.Bank.Time.GetUtcNow())
            {
                var ended = await ends.EndAsync(await scene.Calendar.ReadAsync(day.AddMonths(-1), CancellationToken.None));
                Assert.Equal(expected.Dequeue(), Text(ended, "MM-dd"));
                closed.Add(ended);
            }
        }

        async Task PayAsync(DateOnly day, string time)
        {
            await scene.MoveToAsync($"{Text(day, "yyyy-MM-dd")} {time}");
            var booked = await scene.Bank.BookAsync(Bank.Payment(scene.From, scene.To, 1));
            Assert.Equal((expected.Peek(), scene.Bank.Time.GetUtcNow()), (Text(booked.BusinessDate, "MM-dd"), booked.BookedAt));
        }
    }

    private static string Text(DateOnly date, string format) => date.ToString(format, CultureInfo.InvariantCulture);
}
