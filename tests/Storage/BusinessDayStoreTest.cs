using BktSmart.BusinessDay;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>R13: the change of date is one point in the order of all bookings.</summary>
public sealed class BusinessDayStoreTest(TestServer server)
{
    private static readonly StaffMember Operator = new("operator-1");
    private static readonly TimeSpan LockWait = TimeSpan.FromMilliseconds(50);

    /// <summary>The version of one that nobody has changed.</summary>
    private const long FirstCalendar = 1;

    [Fact]
    public async Task TryStartAsync_BetweenTwoBookings_TheyHaveTheTwoDates()
    {
        var (bank, days, payer, payee) = await OpenAsync();
        var (first, _) = await days.ReadAsync(CancellationToken.None);
        var before = await bank.BookAsync(Bank.Payment(payer, payee, 1));
        Assert.True(await StartAsync(days, first, first.AddDays(1)));
        var after = await bank.BookAsync(Bank.Payment(payer, payee, 1));
        Assert.Equal((first, first.AddDays(1)), (before.BusinessDate, after.BusinessDate));

        var ended = (await days.FindAsync(first, CancellationToken.None))!;
        Assert.Equal((first.AddDays(1), Operator), (ended.NextDate, ended.StartedBy));
        Assert.InRange(ended.StartedAt, before.BookedAt, after.BookedAt);
        Assert.Equal((first.AddDays(1), (DateTimeOffset?)ended.StartedAt), await days.ReadAsync(CancellationToken.None));
        Assert.Equal(
            "operator-1 start-end-of-day",
            await TestDatabase.ReadAsync<string>(
                bank.Database.Owner, "select staff || ' ' || action from bank.audit where action = 'start-end-of-day'"));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task TryStartAsync_OfAnotherDate_ChangesNothing()
    {
        var (bank, days, _, _) = await OpenAsync();
        var (date, _) = await days.ReadAsync(CancellationToken.None);
        Assert.False(await StartAsync(days, date.AddDays(-1), date.AddDays(1)));
        Assert.False(await StartAsync(days, date.AddDays(1), date.AddDays(2)));
        Assert.Equal((date, null), await days.ReadAsync(CancellationToken.None));
        Assert.Empty((await days.ListAsync(null, 10, CancellationToken.None)).EndsOfDay);
        Assert.Equal(
            0, await TestDatabase.ReadAsync<long>(
                bank.Database.Owner, "select count(*) from bank.audit where action = 'start-end-of-day'"));
    }

    [Fact]
    public async Task TryStartAsync_ManyAtOnce_OneDoesIt()
    {
        var (bank, days, _, _) = await OpenAsync();
        var (date, _) = await days.ReadAsync(CancellationToken.None);
        var started = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                return await days.TryStartAsync(
                    date, date.AddDays(1), FirstCalendar, Operator, TimeSpan.FromSeconds(1), bank.Time.GetUtcNow(), CancellationToken.None);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                return false;
            }
        })));
        Assert.Single(started, done => done);
        Assert.Single((await days.ListAsync(null, 10, CancellationToken.None)).EndsOfDay);
    }

    /// <summary>A batch that is under way keeps it waiting for so long only, and then nothing has happened.</summary>
    [Fact]
    public async Task TryStartAsync_BatchUnderWay_GivesUpAfterTheWait()
    {
        var (bank, days, payer, payee) = await OpenAsync();
        var (date, _) = await days.ReadAsync(CancellationToken.None);
        await using (var connection = await bank.Database.Silo.OpenConnectionAsync(CancellationToken.None))
        {
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            await AccountRegister.LockAsync(connection, payer.Id, CancellationToken.None);
            var exception = await Assert.ThrowsAsync<PostgresException>(() => StartAsync(days, date, date.AddDays(1)));
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, exception.SqlState);
        }

        Assert.Equal(date, (await bank.BookAsync(Bank.Payment(payer, payee, 1))).BusinessDate);
        Assert.True(await StartAsync(days, date, date.AddDays(1)));
    }

    [Fact]
    public async Task TryStartAsync_WhileSeveralSilosBook_EachBatchHasTheDateOfItsMoment()
    {
        const int Days = 20;
        var (bank, days, payer, payee) = await OpenAsync();
        using var done = new CancellationTokenSource();
        var booking = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var poster = bank.OtherPoster();
            while (!done.IsCancellationRequested)
                await bank.BookAsync(Bank.Payment(payer, payee, 1), poster);
        })).ToArray();
        for (var i = 0; i < Days; i++)
        {
            var (date, _) = await days.ReadAsync(CancellationToken.None);
            await Eventually(() => StartAsync(days, date, date.AddDays(1)));
        }

        await done.CancelAsync();
        await Task.WhenAll(booking);
        Assert.Equal(Days, (await days.ListAsync(null, 100, CancellationToken.None)).EndsOfDay.Count);
        await bank.AssertSoundAsync();
    }

    /// <summary>The clock of the database was set back: what is booked next is still not before the change.</summary>
    [Fact]
    public async Task Post_DayWasOpenedLater_IsBookedNotBeforeThat()
    {
        var (bank, days, payer, payee) = await OpenAsync();
        var (date, _) = await days.ReadAsync(CancellationToken.None);
        await StartAsync(days, date, date.AddDays(1));
        await TestDatabase.ExecuteAsync(
            bank.Database.Owner, "update bank.business_day set opened_at = opened_at + interval '1 second'");
        var (_, openedAt) = await days.ReadAsync(CancellationToken.None);
        Assert.InRange((await bank.BookAsync(Bank.Payment(payer, payee, 1))).BookedAt, openedAt!.Value, DateTimeOffset.MaxValue);
    }

    /// <summary>Two dates that were missed end one after the other, and nothing is booked between them.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-30)]
    public async Task TryStartAsync_ClockDoesNotGoOn_EndsOneDateBehindTheOther(int minutes)
    {
        var bank = await Bank.StillAsync(await server.CreateDatabaseAsync());
        var days = new BusinessDayStore(bank.Database.Silo);
        var (date, _) = await days.ReadAsync(CancellationToken.None);
        Assert.True(await StartAsync(days, date, date.AddDays(1)));
        await bank.Database.StopClockAsync(Bank.Noon.AddMinutes(minutes));
        Assert.True(await StartAsync(days, date.AddDays(1), date.AddDays(2)));
        var (first, second) = (
            await days.FindAsync(date, CancellationToken.None), await days.FindAsync(date.AddDays(1), CancellationToken.None));
        Assert.True(first!.StartedAt < second!.StartedAt, $"{first}, {second}");
    }

    /// <summary>By whoever has the owner's rights.</summary>
    [Theory]
    [InlineData("update bank.business_day set business_date = business_date - 1", "at one point of time")]
    [InlineData("update bank.business_day set business_date = business_date + 7", "opened that of now")]
    [InlineData("update bank.end_of_day set started_at = started_at - interval '1 day'", "at one point of time")]
    [InlineData("update bank.end_of_day set next_date = next_date + 7", "opened that of now")]
    [InlineData("delete from bank.end_of_day where business_date = (select max(business_date) from bank.end_of_day)", "opened that of now")]
    public async Task VerifyAsync_DateOrHistoryWasChanged_IsNamed(string corruption, string invariant)
    {
        var (bank, days, payer, payee) = await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            await bank.BookAsync(Bank.Payment(payer, payee, 1));
            var (date, _) = await days.ReadAsync(CancellationToken.None);
            await StartAsync(days, date, date.AddDays(1));
        }

        await bank.BookAsync(Bank.Payment(payer, payee, 1));
        await bank.AssertSoundAsync();
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"alter table bank.end_of_day disable trigger all; {corruption}");
        var report = await new LedgerVerifier(bank.Database.Silo).VerifyAsync(CancellationToken.None);
        Assert.Contains(report.Violations, violation => violation.ToString()!.Contains(invariant, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ListAsync_ManyEnds_GoesBackPageByPage()
    {
        var (_, days, _, _) = await OpenAsync();
        var (date, _) = await days.ReadAsync(CancellationToken.None);
        for (var i = 0; i < 3; i++)
            await StartAsync(days, date.AddDays(i), date.AddDays(i + 1));
        var page = await days.ListAsync(null, 2, CancellationToken.None);
        Assert.True(page.HasMore);
        Assert.Equal([date.AddDays(2), date.AddDays(1)], page.EndsOfDay.Select(ended => ended.BusinessDate));
        var last = await days.ListAsync(date.AddDays(1), 2, CancellationToken.None);
        Assert.Equal([date], last.EndsOfDay.Select(ended => ended.BusinessDate));
        Assert.False(last.HasMore);
    }

    [Fact]
    public async Task LoadYearAsync_Twice_KeepsWhatIsThere()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var calendar = new CalendarStore(bank.Database.Silo);
        var newYear = new DateOnly(2027, 1, 1);
        Assert.Null((await calendar.ReadAsync(newYear, CancellationToken.None)).NextBusinessDay(newYear));
        Assert.True(await calendar.LoadYearAsync(2027, CancellationToken.None));
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "update bank.calendar_day set works = true where day = '2027-05-03'");
        Assert.False(await calendar.LoadYearAsync(2027, CancellationToken.None));
        var known = await calendar.ReadAsync(newYear, CancellationToken.None);
        // Labour Day 2027 is a Saturday, and the Orthodox Easter the day after.
        Assert.Equal([new DateOnly(2027, 5, 3), new DateOnly(2027, 5, 5)], known.NextBusinessDays(new DateOnly(2027, 4, 30), 2));
    }

    /// <summary>What was decided early stays, and the rest of the year comes.</summary>
    [Fact]
    public async Task LoadYearAsync_DayIsThereBefore_KeepsIt()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var calendar = new CalendarStore(bank.Database.Silo);
        await TestDatabase.ExecuteAsync(bank.Database.Owner, """
            insert into bank.calendar_day (day, works, name, source, is_estimate)
            values ('2027-01-01', true, 'Worked', 'a decision', false)
            """);
        Assert.True(await calendar.LoadYearAsync(2027, CancellationToken.None));
        await calendar.LoadYearAsync(2026, CancellationToken.None);
        var known = await calendar.ReadAsync(new DateOnly(2026, 12, 31), CancellationToken.None);
        Assert.Equal([new DateOnly(2027, 1, 1), new DateOnly(2027, 1, 5)], known.NextBusinessDays(new DateOnly(2026, 12, 31), 2));
    }

    /// <summary>The first migration, which sets the date, knows nothing of holidays.</summary>
    [Theory]
    [InlineData("2027-01-01", "2027-01-05")] // the second is a Saturday, so Monday is free as well
    [InlineData("2027-03-22", "2027-03-23")]
    [InlineData("2027-06-11", "2027-06-11")]
    [InlineData("2028-01-03", "2028-01-03")] // its year is not loaded
    public async Task LoadYearAsync_BankThatHasBookedNothing_BeginsOnADayOfWork(string first, string expected)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"update bank.business_day set business_date = '{first}'");
        await new CalendarStore(bank.Database.Silo).LoadYearAsync(2027, CancellationToken.None);
        Assert.Equal(DateOnly.Parse(expected, null), await DateAsync(bank));
    }

    [Fact]
    public async Task LoadYearAsync_BankThatHasBooked_KeepsItsDate()
    {
        var (bank, _, _, _) = await OpenAsync();
        var day = await DateAsync(bank);
        await new CalendarStore(bank.Database.Silo).LoadYearAsync(day.Year, CancellationToken.None);
        Assert.Equal(day, await DateAsync(bank));
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "update bank.business_day set business_date = '2027-01-01'");
        await new CalendarStore(bank.Database.Silo).LoadYearAsync(2027, CancellationToken.None);
        Assert.Equal(new DateOnly(2027, 1, 1), await DateAsync(bank));
    }

    private static Task<DateOnly> DateAsync(Bank bank) =>
        TestDatabase.ReadAsync<DateOnly>(bank.Database.Silo, "select business_date from bank.business_day");

    private static async Task Eventually(Func<Task<bool>> start)
    {
        while (true)
        {
            try
            {
                Assert.True(await start());
                return;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                // Batches were under way.
            }
        }
    }

    private static Task<bool> StartAsync(BusinessDayStore days, DateOnly ending, DateOnly opening) =>
        days.TryStartAsync(ending, opening, FirstCalendar, Operator, LockWait, DateTimeOffset.UtcNow, CancellationToken.None);

    private async Task<(Bank Bank, BusinessDayStore Days, AccountRegistration Payer, AccountRegistration Payee)> OpenAsync()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (payer, payee) = (await bank.OpenAccountAsync(1_000_000), await bank.OpenAccountAsync());
        return (bank, new BusinessDayStore(bank.Database.Silo), payer, payee);
    }
}
