using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.BusinessDay;

internal sealed class BusinessDayService(IGrainFactory grains) : Staff.V1.BusinessDayService.BusinessDayServiceBase
{
    private const string List = "endsOfDay";

    public override async Task<Staff.V1.GetBusinessDayResponse> GetBusinessDay(
        Staff.V1.GetBusinessDayRequest request, ServerCallContext context)
    {
        var standing = await grains.BusinessDay().Get(context.CancellationToken);
        return new Staff.V1.GetBusinessDayResponse
        {
            BusinessDate = standing.BusinessDate.ToMessage(),
            OpenTime = standing.OpenedAt?.ToMessage(),
            EndOfDayFromTime = standing.EndOfDayFrom.ToMessage(),
            NextDates = { standing.NextDates.Select(date => date.ToMessage()) },
        };
    }

    public override async Task<Staff.V1.StartEndOfDayResponse> StartEndOfDay(
        Staff.V1.StartEndOfDayRequest request, ServerCallContext context)
    {
        var date = Fields.Date(request.BusinessDate, "business_date");

        var ended = await grains.BusinessDay().StartEndOfDay(context.StaffMember(), date, context.CancellationToken);
        return new Staff.V1.StartEndOfDayResponse { EndOfDay = ToMessage(ended.OrRefuse()) };
    }

    public override async Task<Staff.V1.ListEndsOfDayResponse> ListEndsOfDay(
        Staff.V1.ListEndsOfDayRequest request, ServerCallContext context)
    {
        var (count, before) = request.Read(
            r => Fields.PageSize(r.PageSize, "page_size"), r => Fields.PageDate(r.PageToken, List, "page_token"));

        var page = await grains.BusinessDay().ListEndsOfDay(before, count, context.CancellationToken);
        return new Staff.V1.ListEndsOfDayResponse
        {
            EndsOfDay = { page.EndsOfDay.Select(ToMessage) },
            NextPageToken = page.HasMore ? PageToken.Create(List, page.EndsOfDay[^1].BusinessDate.DayNumber) : "",
        };
    }

    public override async Task<Staff.V1.ListCalendarDaysResponse> ListCalendarDays(
        Staff.V1.ListCalendarDaysRequest request, ServerCallContext context)
    {
        var number = Fields.Year(request.Year, "year");

        var year = await grains.Calendar().GetYear(number, context.CancellationToken);
        return new Staff.V1.ListCalendarDaysResponse
        {
            Days = { year.Days.Select(ToMessage) },
            KnownYears = { year.KnownYears },
            KnownUntilDate = year.KnownUntil.ToMessage(),
        };
    }

    public override async Task<Staff.V1.RequestCalendarChangeResponse> RequestCalendarChange(
        Staff.V1.RequestCalendarChangeRequest request, ServerCallContext context)
    {
        var (date, (action, name, announcedOn), source, note) = request.Read(
            r => Fields.Date(r.Date, "date"),
            Change,
            r => Fields.CalendarText(r.Source, "source"),
            r => Fields.Note(r.Note, "note"));

        var command = new CalendarCommand(action, date, source, note) { Name = name, AnnouncedOn = announcedOn };
        var change = await grains.Calendar().RequestChange(context.StaffMember(), command, context.CancellationToken);
        return new Staff.V1.RequestCalendarChangeResponse { Change = ToMessage(change.OrRefuse()) };
    }

    public override async Task<Staff.V1.ListCalendarChangesResponse> ListCalendarChanges(
        Staff.V1.ListCalendarChangesRequest request, ServerCallContext context)
    {
        const string Changes = "calendar-changes";
        var (count, after) = request.Read(
            r => Fields.PageSize(r.PageSize, "page_size"), r => Fields.PageStart(r.PageToken, Changes, "page_token"));

        var page = await grains.Calendar().ListChanges(after, count, context.CancellationToken);
        return new Staff.V1.ListCalendarChangesResponse
        {
            Changes = { page.Changes.Select(ToMessage) },
            NextPageToken = page.HasMore ? PageToken.Create(Changes, page.Changes[^1].Id) : "",
        };
    }

    public override async Task<Staff.V1.ConfirmCalendarChangeResponse> ConfirmCalendarChange(
        Staff.V1.ConfirmCalendarChangeRequest request, ServerCallContext context)
    {
        var id = Fields.CalendarChangeName(request.Name, "name");

        var changed = await grains.Calendar().ConfirmChange(context.StaffMember(), id, context.CancellationToken);
        return new Staff.V1.ConfirmCalendarChangeResponse { Days = { changed.OrRefuse().Days.Select(ToMessage) } };
    }

    public override async Task<Staff.V1.RejectCalendarChangeResponse> RejectCalendarChange(
        Staff.V1.RejectCalendarChangeRequest request, ServerCallContext context)
    {
        var (id, note) = request.Read(r => Fields.CalendarChangeName(r.Name, "name"), r => Fields.Note(r.Note, "note"));

        (await grains.Calendar().RejectChange(context.StaffMember(), id, note, context.CancellationToken)).OrRefuse();
        return new Staff.V1.RejectCalendarChangeResponse();
    }

    private static (CalendarAction Action, string? Name, DateOnly? AnnouncedOn) Change(Staff.V1.RequestCalendarChangeRequest request) =>
        request.ChangeCase switch
        {
            Staff.V1.RequestCalendarChangeRequest.ChangeOneofCase.DayOff =>
                (CalendarAction.DayOff, Fields.CalendarText(request.DayOff.DisplayName, "day_off.display_name"), null),
            Staff.V1.RequestCalendarChangeRequest.ChangeOneofCase.WorkedDay =>
                (CalendarAction.WorkedDay, Fields.CalendarText(request.WorkedDay.DisplayName, "worked_day.display_name"), null),
            Staff.V1.RequestCalendarChangeRequest.ChangeOneofCase.Announcement =>
                (CalendarAction.Announcement, null, Fields.Date(request.Announcement.Date, "announcement.date")),
            Staff.V1.RequestCalendarChangeRequest.ChangeOneofCase.TakenBack => (CalendarAction.TakenBack, null, null),
            _ => throw Refuse.Because(Reason.FieldMissing, "change"),
        };

    private static Staff.V1.CalendarDay ToMessage(CalendarDay day) => new()
    {
        Date = day.Day.ToMessage(),
        BusinessDay = day.Works,
        DisplayName = day.Name,
        Source = day.Source,
        Estimate = day.IsEstimate,
        Requester = day.Entry?.RequestedBy.Subject ?? "",
        Confirmer = day.Entry?.ConfirmedBy.Subject ?? "",
        ConfirmTime = day.Entry?.ConfirmedAt.ToMessage(),
        Note = day.Entry?.Note ?? "",
    };

    private static Staff.V1.CalendarChange ToMessage(CalendarChange change) => new()
    {
        Name = ResourceNames.OfCalendarChange(change.Id),
        Date = change.Command.Day.ToMessage(),
        Days = { change.Days.Select(ToMessage) },
        Requester = change.RequestedBy.Subject,
        Note = change.Command.Note,
        CreateTime = change.RequestedAt.ToMessage(),
        ExpireTime = change.ExpiresAt.ToMessage(),
    };

    private static Staff.V1.EndOfDay ToMessage(EndOfDay ended) => new()
    {
        BusinessDate = ended.BusinessDate.ToMessage(),
        NextDate = ended.NextDate.ToMessage(),
        StartTime = ended.StartedAt.ToMessage(),
        Starter = ended.StartedBy?.Subject ?? "",
    };
}
