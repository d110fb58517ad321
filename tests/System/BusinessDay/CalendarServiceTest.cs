using BktSmart.Staff.V1;
using BktSmart.V1;
using static Grpc.Core.StatusCode;

namespace BktSmart.BusinessDay;

/// <summary>R13: two of the operations desk change the calendar.</summary>
public sealed class CalendarServiceTest(SharedBank shared)
{
    /// <summary>Of the real calendar, a year that is known and that nobody reaches.</summary>
    private static readonly int Year = DateTime.UtcNow.Year + 1;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private BusinessDayService.BusinessDayServiceClient First => DeskOf("operator-1");

    private BusinessDayService.BusinessDayServiceClient Second => DeskOf("operator-2");

    [Fact]
    public async Task ConfirmCalendarChange_OfAnAnnouncedBajram_MovesIt()
    {
        var year = await ListAsync();
        Assert.Contains(Year, year.KnownYears);
        Assert.True(year.KnownUntilDate.Year > Year);
        var estimate = year.Days.Last(day => day.Estimate);
        Assert.Equal((false, "law 7651", ""), (estimate.BusinessDay, estimate.Source, estimate.Requester));

        var announced = On(estimate.Date, 1);
        var asked = (await RequestAsync(First, estimate.Date, r => r.Announcement = new CalendarAnnouncement { Date = announced })).Change;
        Assert.Equal(
            (estimate.Date, "operator-1", "u njoftua", TimeSpan.FromDays(1)),
            (asked.Date, asked.Requester, asked.Note, asked.ExpireTime.ToDateTimeOffset() - asked.CreateTime.ToDateTimeOffset()));
        Assert.Contains(asked, (await Second.ListCalendarChangesAsync(
            new ListCalendarChangesRequest { PageSize = 200 }, cancellationToken: Stop)).Changes);
        Assert.Equal(new Refused(PermissionDenied, "SECOND_PERSON_REQUIRED"), await Refused.ByAsync(() => ConfirmAsync(First, asked)));

        var days = (await ConfirmAsync(Second, asked)).Days;
        Assert.Equal(days, (await ConfirmAsync(Second, asked)).Days);
        Assert.Equal(
            asked.Days.Select(day => (day.Date, day.BusinessDay, day.DisplayName, "KMSH", false, "operator-1", "operator-2", "u njoftua")),
            days.Select(day => (
                day.Date, day.BusinessDay, day.DisplayName, day.Source, day.Estimate, day.Requester, day.Confirmer, day.Note)));
        Assert.Equal(estimate.DisplayName, days[0].DisplayName);
        Assert.All(days, day => Assert.NotNull(day.ConfirmTime));
        Assert.Equal(days, (await ListAsync()).Days.Where(day => days.Any(changed => changed.Date.Equals(day.Date))));
    }

    [Fact]
    public async Task RejectCalendarChange_WhoeverAsked_ChangesNothing()
    {
        var date = new Date { Year = Year, Month = 7, Day = 1 };
        while (new DateOnly(date.Year, date.Month, date.Day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            date = On(date, 1);
        var asked = (await RequestAsync(First, date, r => r.DayOff = new CalendarDayOff { DisplayName = "Samit" })).Change;
        await First.RejectCalendarChangeAsync(
            new RejectCalendarChangeRequest { Name = asked.Name, Note = "gabim" }, cancellationToken: Stop);
        Assert.Equal(new Refused(FailedPrecondition, "APPROVAL_DECIDED"), await Refused.ByAsync(() => ConfirmAsync(Second, asked)));
        Assert.DoesNotContain((await ListAsync()).Days, day => day.Date.Equals(date));
    }

    public static TheoryData<string, Action<RequestCalendarChangeRequest>, string, string> Spoilt => new()
    {
        { "no date", r => r.Date = null, "FIELD_MISSING", "date" },
        { "a date that is none", r => r.Date = new Date { Year = Year, Month = 2, Day = 30 }, "DATE_MALFORMED", "date" },
        { "no change", r => r.ClearChange(), "FIELD_MISSING", "change" },
        { "no name", r => r.DayOff.DisplayName = "", "FIELD_MISSING", "day_off.display_name" },
        { "a name that turns the text", r => r.DayOff.DisplayName = "Samit\u202E", "TEXT_NOT_ALLOWED", "day_off.display_name" },
        { "a long name", r => r.DayOff.DisplayName = new string('x', 101), "TEXT_TOO_LONG", "day_off.display_name" },
        {
            "no name of a worked day", r => r.WorkedDay = new CalendarWorkedDay(), "FIELD_MISSING", "worked_day.display_name"
        },
        {
            "announced for no date", r => r.Announcement = new CalendarAnnouncement { Date = new Date { Year = Year } }, "DATE_MALFORMED",
            "announcement.date"
        },
        { "no source", r => r.Source = "", "FIELD_MISSING", "source" },
        { "a source that rings", r => r.Source = "VKM\u0007 1", "TEXT_NOT_ALLOWED", "source" },
        { "no note", r => r.Note = "", "FIELD_MISSING", "note" },
    };

    [Theory]
    [MemberData(nameof(Spoilt), DisableDiscoveryEnumeration = true)]
    public async Task RequestCalendarChange_WithBadInput_IsRefused(
        string name, Action<RequestCalendarChangeRequest> spoil, string reason, string field) => Assert.Equal(
        (name, new Refused(InvalidArgument, reason, field)),
        (name, await Refused.ByAsync(() => RequestAsync(First, new Date { Year = Year, Month = 8, Day = 2 }, r =>
        {
            r.DayOff = new CalendarDayOff { DisplayName = "Samit" };
            spoil(r);
        }))));

    [Fact]
    public async Task RequestCalendarChange_ThatTheCalendarDoesNotAllow_IsRefused()
    {
        await AssertAsync("CALENDAR_DAY_PASSED", new Date { Year = 2026, Month = 1, Day = 7 });
        await AssertAsync("CALENDAR_MISSING", new Date { Year = Year + 20, Month = 1, Day = 7 });
        await AssertAsync("CALENDAR_DAY_UNCHANGED", new Date { Year = Year, Month = 5, Day = 1 });

        async Task AssertAsync(string reason, Date date) => Assert.Equal(
            new Refused(FailedPrecondition, reason, "date"),
            await Refused.ByAsync(() => RequestAsync(First, date, r => r.DayOff = new CalendarDayOff { DisplayName = "Samit" })));
    }

    [Fact]
    public async Task Calls_WithBadNamesAndPages_AreRefused()
    {
        Assert.Equal(
            new Refused(InvalidArgument, "DATE_MALFORMED", "year"),
            await Refused.ByAsync(() => First.ListCalendarDaysAsync(
                new ListCalendarDaysRequest { Year = -1 }, cancellationToken: Stop).ResponseAsync));
        Assert.Equal(
            new Refused(InvalidArgument, "PAGE_TOKEN_MALFORMED", "page_token"),
            await Refused.ByAsync(() => First.ListCalendarChangesAsync(
                new ListCalendarChangesRequest { PageToken = "x" }, cancellationToken: Stop).ResponseAsync));
        Assert.Equal(
            new Refused(InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
            await Refused.ByAsync(() => ConfirmAsync(Second, new CalendarChange { Name = "approvals/1" })));
        Assert.Equal(
            new Refused(NotFound, "APPROVAL_NOT_FOUND", "name"),
            await Refused.ByAsync(() => ConfirmAsync(Second, new CalendarChange { Name = "calendarChanges/999999" })));
    }

    private BusinessDayService.BusinessDayServiceClient DeskOf(string person) =>
        new(shared.Bank.Client.AsStaff(shared.Bank.Bank.Staff.Issue(person, ["operations"])));

    private async Task<ListCalendarDaysResponse> ListAsync() =>
        await First.ListCalendarDaysAsync(new ListCalendarDaysRequest { Year = Year }, cancellationToken: Stop);

    private static async Task<RequestCalendarChangeResponse> RequestAsync(
        BusinessDayService.BusinessDayServiceClient desk, Date date, Action<RequestCalendarChangeRequest> change)
    {
        var request = new RequestCalendarChangeRequest { Date = date, Source = "KMSH", Note = "u njoftua" };
        change(request);
        return await desk.RequestCalendarChangeAsync(request, cancellationToken: Stop);
    }

    private static async Task<ConfirmCalendarChangeResponse> ConfirmAsync(
        BusinessDayService.BusinessDayServiceClient desk, CalendarChange change) =>
        await desk.ConfirmCalendarChangeAsync(new ConfirmCalendarChangeRequest { Name = change.Name }, cancellationToken: Stop);

    private static Date On(Date date, int days)
    {
        var day = new DateOnly(date.Year, date.Month, date.Day).AddDays(days);
        return new Date { Year = day.Year, Month = day.Month, Day = day.Day };
    }
}
