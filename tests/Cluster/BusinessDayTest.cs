using BktSmart.BusinessDay;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Tests.Cluster;

/// <summary>R13: when a business date ends, by whom, and what comes after it.</summary>
public sealed class BusinessDayTest(DatedBank bank) : IClassFixture<DatedBank>
{
    private static readonly StaffMember Operator = new("operator-1");

    private IBusinessDayGrain Day => bank.Grains.BusinessDay();

    [Fact]
    public async Task StartEndOfDay_BeforeAtAndAfterTheHour_EndsTheDateOnce()
    {
        var date = await OpenAsync("2026-11-27", "2026-11-27T09:00:00Z");
        var standing = await Day.Get(CancellationToken.None);
        // 20:00 of a Friday; what follows is a weekend with two holidays, which are observed on Monday and Tuesday.
        Assert.Equal(DateTimeOffset.Parse("2026-11-27T19:00:00Z", null), standing.EndOfDayFrom);
        Assert.Equal("2026-12-02 2026-12-03 2026-12-04 2026-12-07 2026-12-09", string.Join(' ', standing.NextDates.Select(Text)));

        var tooEarly = (await StartAsync(date)).Refusal;
        Assert.Equal(Reason.EndOfDayTooEarly, tooEarly?.Reason);
        Assert.Equal("2026-11-27T20:00:00+01:00", tooEarly?.EndOfDayFrom?.ToString("yyyy-MM-ddTHH:mm:ssK", null));
        bank.Clock.Advance(standing.EndOfDayFrom - bank.Clock.GetUtcNow() - TimeSpan.FromTicks(1));
        Assert.Equal(Reason.EndOfDayTooEarly, (await StartAsync(date)).Refusal?.Reason);
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        var ended = (await StartAsync(date)).Value!;
        Assert.Equal(("2026-11-27", "2026-12-02", Operator), (Text(ended.BusinessDate), Text(ended.NextDate), ended.StartedBy));

        // The answer may have been lost; somebody else may have been faster.
        Assert.Equal(ended, (await StartAsync(date)).Value);
        Assert.Equal(ended, (await Day.StartEndOfDay(new StaffMember("operator-2"), date, CancellationToken.None)).Value);
        Assert.Equal(new Refusal(Reason.BusinessDateDiffers, "business_date"), (await StartAsync(date.AddDays(1))).Refusal);
        Assert.Equal(Reason.EndOfDayTooEarly, (await StartAsync(ended.NextDate)).Refusal?.Reason);
        Assert.Equal([ended], (await Day.ListEndsOfDay(null, 1, CancellationToken.None)).EndsOfDay);
    }

    /// <summary>Two of the staff make the day after it a day off, before it ends.</summary>
    [Fact]
    public async Task StartEndOfDay_AfterAChangeOfTheCalendar_OpensTheDayBehindIt()
    {
        var date = await OpenAsync("2026-06-10", "2026-06-10T18:30:00Z");
        var calendar = bank.Grains.Calendar();
        var dayOff = new CalendarCommand(CalendarAction.DayOff, new DateOnly(2026, 6, 11), "VKM 300", "samit") { Name = "Samit" };
        var asked = (await calendar.RequestChange(Operator, dayOff, CancellationToken.None)).Value!;
        Assert.Equal(dayOff, asked.Command);
        Assert.Equal(asked.Id, Assert.Single((await calendar.ListChanges(null, 10, CancellationToken.None)).Changes).Id);
        Assert.Equal(
            Reason.SecondPersonRequired, (await calendar.ConfirmChange(Operator, asked.Id, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal("2026-06-11", Text((await Day.Get(CancellationToken.None)).NextDates[0]));

        var changed = await calendar.ConfirmChange(new StaffMember("operator-2"), asked.Id, CancellationToken.None);
        var year = await calendar.GetYear(2026, CancellationToken.None);
        Assert.Contains(Assert.Single(changed.Value!.Days), year.Days);
        Assert.Equal([2025, 2026, 2027, 2028], year.KnownYears.Take(4));
        Assert.Equal(new DateOnly(2028, 12, 31), year.KnownUntil);
        Assert.Equal("2026-06-12", Text((await StartAsync(date)).Value!.NextDate));
        // What is opened, and what it passed over, stays.
        foreach (var day in (int[])[11, 12])
        {
            var late = new CalendarCommand(CalendarAction.TakenBack, new DateOnly(2026, 6, day), "VKM 301", "gabim");
            Assert.Equal(Reason.CalendarDayPassed, (await calendar.RequestChange(Operator, late, CancellationToken.None)).Refusal?.Reason);
        }
    }

    /// <summary>Both changes to and from summer time: the hour is that of Tirana.</summary>
    [Theory]
    [InlineData("2026-03-27", "2026-03-27T19:00:00Z")]
    [InlineData("2026-03-30", "2026-03-30T18:00:00Z")]
    [InlineData("2026-10-23", "2026-10-23T18:00:00Z")]
    [InlineData("2026-10-26", "2026-10-26T19:00:00Z")]
    public async Task Get_BeforeAndAfterTheClocksChange_SaysTheHourOfTirana(string date, string from)
    {
        await OpenAsync(date, "2026-01-05T09:00:00Z");
        Assert.Equal(DateTimeOffset.Parse(from, null), (await Day.Get(CancellationToken.None)).EndOfDayFrom);
    }

    /// <summary>Nobody was there for days: they end one by one, each for the next.</summary>
    [Fact]
    public async Task StartDueEndOfDay_SeveralWereMissed_EndsEachInItsTurn()
    {
        await OpenAsync("2026-12-03", "2026-12-08T10:00:00Z");
        var day = bank.Inside.BusinessDay();
        while (await day.StartDueEndOfDay(CancellationToken.None))
        {
        }

        var ends = (await day.ListEndsOfDay(null, 3, CancellationToken.None)).EndsOfDay;
        Assert.Equal(
            ["2026-12-07 2026-12-09", "2026-12-04 2026-12-07", "2026-12-03 2026-12-04"],
            ends.Select(ended => $"{Text(ended.BusinessDate)} {Text(ended.NextDate)}"));
        Assert.All(ends, ended => Assert.Null(ended.StartedBy));
    }

    [Fact]
    public async Task StartEndOfDay_WhereTheCalendarEnds_IsRefusedUntilItIsLoaded()
    {
        var date = await OpenAsync("2039-12-30", "2039-12-30T20:00:00Z");
        Assert.Equal(Reason.CalendarMissing, (await StartAsync(date)).Refusal?.Reason);
        Assert.Empty((await Day.Get(CancellationToken.None)).NextDates);
        foreach (var silo in bank.Cluster.Silos)
        {
            await bank.Cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<EndOfDayClock>()
                .LoadYearsAsync(CancellationToken.None);
        }

        // New Year 2040 is a Sunday and a Monday, so Tuesday is free as well.
        Assert.Equal("2040-01-04", Text((await StartAsync(date)).Value!.NextDate));
    }

    private Task<Result<EndOfDay>> StartAsync(DateOnly date) => Day.StartEndOfDay(Operator, date, CancellationToken.None);

    /// <summary>The bank's date and the clock, as if nothing had been before.</summary>
    private async Task<DateOnly> OpenAsync(string date, string now)
    {
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            alter table bank.end_of_day disable trigger all;
            delete from bank.end_of_day;
            alter table bank.end_of_day enable trigger all;
            update bank.business_day set business_date = '{date}', opened_at = '-infinity'
            """);
        bank.Clock.AdjustTime(DateTimeOffset.Parse(now, null));
        return DateOnly.Parse(date, null);
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", null);
}
