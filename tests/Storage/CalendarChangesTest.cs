using System.Globalization;
using BktSmart.Approvals;
using BktSmart.BusinessDay;
using BktSmart.StandingOrders;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>R13: two of the staff change the calendar, as long as the bank has not reached the day.</summary>
public sealed class CalendarChangesTest(TestServer server)
{
    private static readonly StaffMember First = new("operator-1");
    private static readonly StaffMember Second = new("operator-2");

    private readonly FakeTimeProvider _time = new(StandingOrderScene.Moment("2026-12-10 12:00"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConfirmAsync_SecondPerson_ChangesTheDayAndTheTrailSaysWhatWas()
    {
        var (database, changes, calendar) = await OpenAsync();
        var asked = await AskAsync(changes, DayOff("2026-12-14"));
        Assert.Equal("12-14 off Urë", Text(asked.Days));
        Assert.True((await calendar.ReadAsync(Day("2026-12-01"), Stop)).IsBusinessDay(Day("2026-12-14")));
        Assert.Equal([asked.Id], (await changes.ListAsync(0, 10, Stop)).Select(change => change.Id));
        Assert.Equal(Reason.SecondPersonRequired, (await changes.ConfirmAsync(First, asked.Id, Stop)).Refusal?.Reason);

        _time.Advance(TimeSpan.FromMinutes(5));
        var changed = Assert.Single((await changes.ConfirmAsync(Second, asked.Id, Stop)).Value!.Days);
        Assert.Equal(
            new CalendarDay(
                Day("2026-12-14"), false, "Urë", "VKM 700", false, new CalendarEntry(First, Second, _time.GetUtcNow(), "vendim")),
            changed);
        Assert.False((await calendar.ReadAsync(Day("2026-12-01"), Stop)).IsBusinessDay(Day("2026-12-14")));
        Assert.Empty(await changes.ListAsync(0, 10, Stop));
        // Its answer was lost, and the day has come meanwhile.
        _time.Advance(TimeSpan.FromDays(7));
        Assert.Equal([changed], (await changes.ConfirmAsync(Second, asked.Id, Stop)).Value!.Days);

        Assert.Equal(
            "operator-1 request-change-calendar DayOff 2026-12-14 VKM 700/operator-2 change-calendar DayOff 2026-12-14 VKM 700",
            await TestDatabase.ReadAsync<string>(database.Owner, """
                select string_agg(
                           concat_ws(' ', staff, action, detail ->> 'change', detail -> 'days' -> 0 ->> 'day', detail ->> 'source',
                                     detail -> 'before' -> 0 ->> 'day'),
                           '/' order by audit_id)
                  from bank.audit where detail ? 'approval'
                """));
    }

    [Theory]
    [InlineData("2027-03-10", "03-09 on Bajrami i Madh, 03-10 off Bajrami i Madh")]
    [InlineData("2027-03-09", "03-09 off Bajrami i Madh")]
    [InlineData("2027-03-13", "03-09 on Bajrami i Madh, 03-15 off Bajrami i Madh, 03-16 off Summer Day")]
    public async Task ConfirmAsync_Announcement_MovesTheEstimateAndNoLoadingUndoesIt(string announced, string expected)
    {
        var (database, changes, calendar) = await OpenAsync();
        var estimate = Day("2027-03-09");
        Assert.Equal(estimate, (await calendar.ReadAsync(Day("2026-12-10"), Stop)).FirstEstimate);
        var before = await calendar.ListDaysAsync(Day("2027-01-01"), Day("2027-12-31"), Stop);

        await ChangeAsync(changes, Announcement("2027-03-09", announced));
        var days = await calendar.ListDaysAsync(Day("2027-01-01"), Day("2027-12-31"), Stop);
        Assert.Equal(expected, Text(days.Except(before)));
        Assert.Equal(Day("2027-05-17"), (await calendar.ReadAsync(Day("2026-12-10"), Stop)).FirstEstimate);

        await TestDatabase.ExecuteAsync(database.Owner, "delete from bank.calendar_year where year = 2027");
        Assert.True(await calendar.LoadYearAsync(2027, Stop));
        Assert.Equal(days, await calendar.ListDaysAsync(Day("2027-01-01"), Day("2027-12-31"), Stop));
    }

    [Fact]
    public async Task ConfirmAsync_DayOffWorkedDayAndBack_TheDayIsAgainAsItsWeekdaySays()
    {
        var (database, changes, calendar) = await OpenAsync();
        await ChangeAsync(changes, DayOff("2026-12-14"));
        await ChangeAsync(changes, Worked("2026-12-19"));
        await ChangeAsync(changes, Worked("2026-12-25"));
        Assert.Equal("2026-12-19 2026-12-25", await NewDaysAsync());
        foreach (var day in (string[])["2026-12-14", "2026-12-19"])
            await ChangeAsync(changes, new CalendarCommand(CalendarAction.TakenBack, Day(day), "VKM 701", "gabim"));
        Assert.Equal("2026-12-14 2026-12-25", await NewDaysAsync());
        Assert.Equal(
            "12-14 on Urë, 12-19 off Në këmbim, 12-25 on Në këmbim",
            Text(await calendar.ListDaysAsync(Day("2026-12-11"), Day("2026-12-31"), Stop)));

        await TestDatabase.ExecuteAsync(database.Owner, "delete from bank.calendar_year where year = 2026");
        Assert.True(await calendar.LoadYearAsync(2026, Stop));
        Assert.Equal("2026-12-14 2026-12-25", await NewDaysAsync());

        async Task<string> NewDaysAsync()
        {
            var known = await calendar.ReadAsync(Day("2026-12-01"), Stop);
            return string.Join(
                ' ', ((string[])["2026-12-14", "2026-12-19", "2026-12-25"]).Where(day => known.IsBusinessDay(Day(day)) == true));
        }
    }

    public static TheoryData<string, CalendarCommand, Reason, string> Refusals => new()
    {
        { "the business date", DayOff("2026-12-10"), Reason.CalendarDayPassed, "date" },
        { "the past", DayOff("2026-11-30"), Reason.CalendarDayPassed, "date" },
        { "the first day there is", DayOff("0001-01-01"), Reason.CalendarDayPassed, "date" },
        { "a year that is not loaded", DayOff("2028-01-04"), Reason.CalendarMissing, "date" },
        { "the last day there is", DayOff("9999-12-31"), Reason.CalendarMissing, "date" },
        { "off on a Saturday", DayOff("2026-12-12"), Reason.CalendarDayUnchanged, "date" },
        { "off on a holiday", DayOff("2026-12-25"), Reason.CalendarDayUnchanged, "date" },
        { "worked on a day of work", Worked("2026-12-14"), Reason.CalendarDayUnchanged, "date" },
        { "back to what nobody changed", TakenBack("2026-12-25"), Reason.CalendarDayNotEntered, "date" },
        { "announced, not estimated", Announcement("2026-12-25", "2026-12-28"), Reason.HolidayNotEstimated, "date" },
        { "announced, a day of work", Announcement("2027-03-10", "2027-03-11"), Reason.HolidayNotEstimated, "date" },
        { "announced far away", Announcement("2027-03-09", "2027-03-17"), Reason.AnnouncedDateInvalid, "announcement.date" },
        { "announced in another age", Announcement("2027-03-09", "9999-12-31"), Reason.AnnouncedDateInvalid, "announcement.date" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task RequestAsync_WhatCannotBe_IsRefusedAndChangesNothing(
        string name, CalendarCommand command, Reason reason, string field)
    {
        var (database, changes, _) = await OpenAsync();
        Assert.Equal((name, new Refusal(reason, field)), (name, (await changes.RequestAsync(First, command, Stop)).Refusal));
        Assert.Equal("0 0", await TestDatabase.ReadAsync<string>(
            database.Owner, "select (select count(*) from bank.approval) || ' ' || (select count(*) from bank.audit)"));
    }

    /// <summary>Whichever of the two is later has the last word: nobody was there for days, or the date has been moved ahead.</summary>
    [Theory]
    [InlineData("2026-12-08 12:00", "2026-12-10", "2026-12-10", Reason.CalendarDayPassed)]
    [InlineData("2026-12-08 12:00", "2026-12-10", "2026-12-11", null)]
    [InlineData("2026-12-14 00:30", "2026-12-10", "2026-12-11", Reason.CalendarDayPassed)]
    [InlineData("2026-12-14 00:30", "2026-12-10", "2026-12-14", Reason.CalendarDayPassed)]
    [InlineData("2026-12-14 00:30", "2026-12-10", "2026-12-15", null)]
    public async Task RequestAsync_DayThatTheDateOrTheClockHasReached_IsRefused(string now, string date, string day, Reason? refused)
    {
        var (database, changes, _) = await OpenAsync();
        await TestDatabase.ExecuteAsync(database.Owner, $"update bank.business_day set business_date = '{date}'");
        _time.AdjustTime(StandingOrderScene.Moment(now));
        Assert.Equal(refused, (await changes.RequestAsync(First, DayOff(day), Stop)).Refusal?.Reason);
    }

    [Fact]
    public async Task RequestAsync_AnnouncementOverADayThatStaffEntered_IsRefused()
    {
        var (_, changes, _) = await OpenAsync();
        await ChangeAsync(changes, DayOff("2027-03-10"));
        Assert.Equal(
            new Refusal(Reason.CalendarDayEntered, "announcement.date"),
            (await changes.RequestAsync(First, Announcement("2027-03-09", "2027-03-10"), Stop)).Refusal);
        await ChangeAsync(changes, Announcement("2027-03-09", "2027-03-11"));
        Assert.Equal(
            Reason.HolidayNotEstimated,
            (await changes.RequestAsync(First, Announcement("2027-03-09", "2027-03-12"), Stop)).Refusal?.Reason);
    }

    [Fact]
    public async Task RequestAsync_SameChangeTwice_IsOneRequestAndAnotherOneWaits()
    {
        var (_, changes, _) = await OpenAsync();
        var asked = await AskAsync(changes, DayOff("2026-12-14"));
        Assert.Equal(asked.Id, (await AskAsync(changes, DayOff("2026-12-14"))).Id);
        Assert.Equal(Reason.ApprovalPending, (await changes.RequestAsync(Second, DayOff("2026-12-14"), Stop)).Refusal?.Reason);
        Assert.Equal(
            Reason.ApprovalPending,
            (await changes.RequestAsync(First, DayOff("2026-12-14") with { Source = "VKM 9" }, Stop)).Refusal?.Reason);
        await AskAsync(changes, DayOff("2026-12-15"));
        Assert.True((await changes.RejectAsync(First, asked.Id, "gabim", Stop)).Succeeded);
        Assert.Equal(Reason.ApprovalDecided, (await changes.ConfirmAsync(Second, asked.Id, Stop)).Refusal?.Reason);
    }

    /// <summary>Its day became another one by a change that was about the day beside it.</summary>
    [Fact]
    public async Task ConfirmAsync_DayHasChangedSince_IsOutdated()
    {
        var (_, changes, calendar) = await OpenAsync();
        var (bridge, announced) =
            (await AskAsync(changes, DayOff("2027-03-10")), await AskAsync(changes, Announcement("2027-03-09", "2027-03-10")));
        Assert.True((await changes.ConfirmAsync(Second, announced.Id, Stop)).Succeeded);
        Assert.Empty(await changes.ListAsync(0, 10, Stop));
        Assert.Equal(Reason.ApprovalOutdated, (await changes.ConfirmAsync(Second, bridge.Id, Stop)).Refusal?.Reason);
        Assert.Equal(
            "03-09 on Bajrami i Madh, 03-10 off Bajrami i Madh",
            Text(await calendar.ListDaysAsync(Day("2027-03-08"), Day("2027-03-12"), Stop)));
    }

    /// <summary>The change was asked for in time, and confirmed when the bank had reached the day.</summary>
    [Theory]
    [InlineData("2026-12-14 06:00", "2026-12-10")]
    [InlineData("2026-12-10 21:00", "2026-12-14")]
    public async Task ConfirmAsync_TooLate_IsRefusedAndChangesNothing(string now, string date)
    {
        var (database, _, calendar) = await OpenAsync();
        var changes = ChangesOf(database, new ApprovalOptions { Lifetime = TimeSpan.FromDays(30) });
        var asked = await AskAsync(changes, DayOff("2026-12-14"));
        await TestDatabase.ExecuteAsync(database.Owner, $"update bank.business_day set business_date = '{date}'");
        _time.AdjustTime(StandingOrderScene.Moment(now));
        Assert.Equal(Reason.CalendarDayPassed, (await changes.ConfirmAsync(Second, asked.Id, Stop)).Refusal?.Reason);
        Assert.True((await calendar.ReadAsync(Day("2026-12-10"), Stop)).IsBusinessDay(Day("2026-12-14")));

        // Whatever a silo believes.
        await ConfirmWithoutTheChangeAsync(database, asked.Id, StandingOrderScene.Moment(now));
        Assert.Equal("BK012", await StateOfAsync(database, $"select bank.change_calendar({asked.Id})"));
    }

    /// <summary>No defect of a silo changes the calendar without two persons, or twice with one request.</summary>
    [Fact]
    public async Task ChangeCalendar_WithoutAConfirmedRequestThatIsNew_IsRefusedByTheDatabase()
    {
        var (database, changes, _) = await OpenAsync();
        var asked = await AskAsync(changes, DayOff("2026-12-14"));
        var call = $"select bank.change_calendar({asked.Id})";
        Assert.Equal("BK006", await StateOfAsync(database, call));
        Assert.Equal("BK006", await StateOfAsync(database, "select bank.change_calendar(null)"));
        Assert.True((await changes.ConfirmAsync(Second, asked.Id, Stop)).Succeeded);
        Assert.Equal("BK006", await StateOfAsync(database, call));
        await ChangeAsync(changes, TakenBack("2026-12-14"));
        Assert.Equal("BK006", await StateOfAsync(database, call));

        var open = await AskAsync(changes, DayOff("2026-12-15"));
        // A decision without its change, and with an entry in the trail.
        Assert.Equal("BK007", await StateOfAsync(database, $$"""
            begin;
            update bank.approval set outcome = 1, decided_by = 'operator-2', decided_at = requested_at where approval_id = {{open.Id}};
            insert into bank.audit (at, staff, action, detail)
            select decided_at, 'operator-2', 'change-calendar', jsonb_build_object('approval', {{open.Id}})
              from bank.approval where approval_id = {{open.Id}};
            commit
            """));
    }

    /// <summary>The change comes first: end-of-day, which has reckoned without it, waits for it and opens nothing.</summary>
    [Fact]
    public async Task TryStartAsync_CalendarChangesMeanwhile_OpensNothing()
    {
        var (database, changes, calendar) = await OpenAsync();
        var days = new BusinessDayStore(database.Silo);
        var asked = await AskAsync(changes, DayOff("2026-12-11"));
        await ConfirmWithoutTheChangeAsync(database, asked.Id, _time.GetUtcNow());
        var known = await calendar.ReadAsync(Day("2026-12-10"), Stop);

        await using (var connection = await database.Silo.OpenConnectionAsync(Stop))
        {
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            await CalendarStore.ChangeAsync(connection, asked.Id, Stop);
            var late = await Assert.ThrowsAsync<PostgresException>(() => StartAsync(TimeSpan.FromMilliseconds(50)));
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, late.SqlState);
            var starting = StartAsync(TimeSpan.FromSeconds(30));
            await TestDatabase.WaitForLockAsync(database.Corruptor, starting);
            await transaction.CommitAsync(Stop);
            Assert.False(await starting);
        }

        Assert.Equal(Day("2026-12-10"), (await days.ReadAsync(Stop)).BusinessDate);
        known = await calendar.ReadAsync(Day("2026-12-10"), Stop);
        Assert.True(await StartAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(Day("2026-12-14"), (await days.ReadAsync(Stop)).BusinessDate);

        Task<bool> StartAsync(TimeSpan lockWait) => days.TryStartAsync(
            Day("2026-12-10"), known.NextBusinessDay(Day("2026-12-10"))!.Value, known.Version, First, lockWait, _time.GetUtcNow(), Stop);
    }

    /// <summary>End-of-day comes first: the change, which was asked for in time, waits for it and finds the day opened.</summary>
    [Fact]
    public async Task ConfirmAsync_EndOfDayOpensTheDayMeanwhile_IsRefusedAndChangesNothing()
    {
        var (database, changes, calendar) = await OpenAsync();
        var asked = await AskAsync(changes, DayOff("2026-12-11"));
        var version = (await calendar.ReadAsync(Day("2026-12-10"), Stop)).Version;
        await using var connection = await database.Silo.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var start = new NpgsqlCommand(
            $"select bank.start_end_of_day('2026-12-10', '2026-12-11', {version}, null, 1000)", connection))
        {
            await start.ExecuteNonQueryAsync(Stop);
        }

        var confirming = changes.ConfirmAsync(Second, asked.Id, Stop);
        await TestDatabase.WaitForLockAsync(database.Corruptor, confirming);
        await transaction.CommitAsync(Stop);
        Assert.Equal(Reason.CalendarDayPassed, (await confirming).Refusal?.Reason);
        Assert.True((await calendar.ReadAsync(Day("2026-12-10"), Stop)).IsBusinessDay(Day("2026-12-11")));
        Assert.Equal([asked.Id], (await changes.ListAsync(0, 10, Stop)).Select(change => change.Id));
    }

    /// <summary>What is not due yet moves, by the rule of its order.</summary>
    [Fact]
    public async Task ReckonAsync_AfterAChange_MovesWhatIsNotDueYet()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        await TestDatabase.ExecuteAsync(scene.Bank.Database.Owner, "update bank.business_day set business_date = '2026-12-10'");
        var changes = ChangesOf(scene.Bank.Database);
        var (after, before) =
            (await scene.OrderAsync("2026-12-14"), await scene.OrderAsync("2026-12-14", rule: NonBusinessDayRule.Before));
        var bajram = await scene.OrderAsync("2027-03-10");
        var payer = scene.NewPayer();
        await StandingOrderScene.WorkAsync(payer);

        await ChangeAsync(changes, DayOff("2026-12-14"));
        await ChangeAsync(changes, Announcement("2027-03-09", "2027-03-10"));
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal(
            (Day("2026-12-15"), Day("2026-12-11"), Day("2027-03-11")),
            ((await scene.FindAsync(after)).NextDueOn, (await scene.FindAsync(before)).NextDueOn,
                (await scene.FindAsync(bajram)).NextDueOn));

        await scene.MoveToAsync("2026-12-14 12:00");
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal(("", "12-11 Booked"), (await scene.PaymentsAsync(after), await scene.PaymentsAsync(before)));
        await scene.MoveToAsync("2026-12-15 12:00");
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal("12-15 Booked", await scene.PaymentsAsync(after));
    }

    private static CalendarCommand DayOff(string day) => new(CalendarAction.DayOff, Day(day), "VKM 700", "vendim") { Name = "Urë" };

    private static CalendarCommand Worked(string day) =>
        new(CalendarAction.WorkedDay, Day(day), "VKM 700", "vendim") { Name = "Në këmbim" };

    private static CalendarCommand TakenBack(string day) => new(CalendarAction.TakenBack, Day(day), "VKM 701", "gabim");

    private static CalendarCommand Announcement(string estimated, string announced) =>
        new(CalendarAction.Announcement, Day(estimated), "KMSH", "hëna u pa") { AnnouncedOn = Day(announced) };

    private static DateOnly Day(string text) => StandingOrderScene.Day(text);

    private static string Text(IEnumerable<CalendarDay> days) => string.Join(", ", days.Select(day =>
        $"{day.Day.ToString("MM-dd", CultureInfo.InvariantCulture)} {(day.Works ? "on" : "off")} {day.Name}{(day.IsEstimate ? "?" : "")}"));

    /// <summary>On Thursday, 10 December 2026, at noon, which is also the business date.</summary>
    private async Task<(TestDatabase Database, CalendarChanges Changes, CalendarStore Calendar)> OpenAsync()
    {
        var database = await server.CreateDatabaseAsync();
        var calendar = new CalendarStore(database.Silo);
        foreach (var year in (int[])[2026, 2027])
            await calendar.LoadYearAsync(year, Stop);
        await TestDatabase.ExecuteAsync(database.Owner, "update bank.business_day set business_date = '2026-12-10'");
        return (database, ChangesOf(database), calendar);
    }

    private CalendarChanges ChangesOf(TestDatabase database, ApprovalOptions? options = null) => new(
        new ApprovalStore(database.Silo, Options.Create(options ?? new ApprovalOptions()), _time), new CalendarStore(database.Silo), _time);

    private static async Task<CalendarChange> AskAsync(CalendarChanges changes, CalendarCommand command)
    {
        var asked = await changes.RequestAsync(First, command, Stop);
        Assert.True(asked.Succeeded, asked.Refusal?.ToString());
        return asked.Value;
    }

    private static async Task ChangeAsync(CalendarChanges changes, CalendarCommand command)
    {
        var confirmed = await changes.ConfirmAsync(Second, (await AskAsync(changes, command)).Id, Stop);
        Assert.True(confirmed.Succeeded, confirmed.Refusal?.ToString());
    }

    /// <summary>Its change is still to come: triggers keep silos from that.</summary>
    private static Task ConfirmWithoutTheChangeAsync(TestDatabase database, long id, DateTimeOffset at) =>
        TestDatabase.ExecuteAsync(database.Corruptor, $"""
            update bank.approval set outcome = 1, decided_by = 'operator-2', decided_at = '{at:O}' where approval_id = {id}
            """);

    private static async Task<string> StateOfAsync(TestDatabase database, string sql) =>
        (await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(database.Silo, sql))).SqlState;
}
