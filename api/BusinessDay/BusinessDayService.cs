using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.BusinessDay;

internal sealed class BusinessDayService(IGrainFactory grains, IHostApplicationLifetime lifetime, TimeProvider time)
    : Staff.V1.BusinessDayService.BusinessDayServiceBase
{
    private const string List = "endsOfDay";
    private const string FindingList = "endOfDayFindings";
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchMax = TimeSpan.FromHours(1);

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
            EndingDates = { standing.Ending.Select(date => date.ToMessage()) },
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

    public override async Task<Staff.V1.GetEndOfDayResponse> GetEndOfDay(
        Staff.V1.GetEndOfDayRequest request, ServerCallContext context)
    {
        var date = Fields.Date(request.BusinessDate, "business_date");

        var report = await grains.BusinessDay().GetEndOfDay(date, context.CancellationToken);
        return new Staff.V1.GetEndOfDayResponse { Report = ToMessage(report.OrRefuse()) };
    }

    public override async Task WatchEndOfDay(
        Staff.V1.WatchEndOfDayRequest request, IServerStreamWriter<Staff.V1.WatchEndOfDayResponse> responseStream,
        ServerCallContext context)
    {
        var date = Fields.Date(request.BusinessDate, "business_date");

        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var until = time.GetUtcNow() + WatchMax;
        Staff.V1.EndOfDayReport? sent = null;
        while (!over.IsCancellationRequested && time.GetUtcNow() < until)
        {
            var report = (await grains.BusinessDay().GetEndOfDay(date, over.Token)).OrRefuse();
            var message = ToMessage(report);
            if (!message.Equals(sent))
                await responseStream.WriteAsync(new Staff.V1.WatchEndOfDayResponse { Report = sent = message }, over.Token);
            if (report.IsClosed)
                return;
            await Task.Delay(WatchInterval, time, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task<Staff.V1.ListEndOfDayFindingsResponse> ListEndOfDayFindings(
        Staff.V1.ListEndOfDayFindingsRequest request, ServerCallContext context)
    {
        var list = $"{FindingList}/{request.BusinessDate?.Year:0000}-{request.BusinessDate?.Month:00}-{request.BusinessDate?.Day:00}";
        var (date, count, skip) = request.Read(
            r => Fields.Date(r.BusinessDate, "business_date"), r => Fields.PageSize(r.PageSize, "page_size"),
            r => Fields.PageStart(r.PageToken, list, "page_token"));

        var findings = await grains.BusinessDay().ListFindings(date, (int)(skip ?? 0), count, context.CancellationToken);
        var page = findings.OrRefuse();
        return new Staff.V1.ListEndOfDayFindingsResponse
        {
            Findings = { page.Findings.Select(ToMessage) },
            NextPageToken = page.HasMore ? PageToken.Create(list, (skip ?? 0) + count) : "",
        };
    }

    public override async Task<Staff.V1.RetryEndOfDayResponse> RetryEndOfDay(
        Staff.V1.RetryEndOfDayRequest request, ServerCallContext context)
    {
        var date = Fields.Date(request.BusinessDate, "business_date");

        var report = await grains.BusinessDay().RetryEndOfDay(context.StaffMember(), date, context.CancellationToken);
        return new Staff.V1.RetryEndOfDayResponse { Report = ToMessage(report.OrRefuse()) };
    }

    private static Staff.V1.EndOfDayReport ToMessage(EndOfDayReport report) => new()
    {
        EndOfDay = ToMessage(report.Ended),
        Closed = report.IsClosed,
        Steps = { report.Steps.Select(ToMessage) },
        Totals =
        {
            report.Totals.Select(total => new Staff.V1.ControlTotal
            {
                // The numbers are the same on purpose.
                Kind = (Staff.V1.LedgerTransferKind)total.Kind,
                TransferCount = total.Transfers,
                LegCount = total.Legs,
                Amount = new Money(total.AmountMinor, total.Currency).ToMessage(),
            }),
        },
        Movements =
        {
            report.Movements.Select(movement => new Staff.V1.AccountMovement
            {
                AccountCount = movement.Accounts,
                PostingCount = movement.Postings,
                Debits = new Money(movement.DebitsMinor, movement.Currency).ToMessage(),
                Credits = new Money(movement.CreditsMinor, movement.Currency).ToMessage(),
            }),
        },
        Heads = report.Heads ?? "",
    };

    private static Staff.V1.EndOfDayStepProgress ToMessage(EndOfDayStepProgress progress) => new()
    {
        Step = ToMessage(progress.Step),
        DoneCount = progress.Done,
        TotalCount = progress.Total,
        StartTime = progress.StartedAt?.ToMessage(),
        FinishTime = progress.FinishedAt?.ToMessage(),
        FindingCount = progress.Findings,
        RunCount = progress.Runs,
    };

    private static Staff.V1.EndOfDayFinding ToMessage(EndOfDayFinding finding) => new()
    {
        Step = ToMessage(finding.Step),
        Subject = finding.Subject,
        Detail = finding.Detail,
        FindTime = finding.FoundAt.ToMessage(),
        ResolveTime = finding.ResolvedAt?.ToMessage(),
    };

    private static Staff.V1.EndOfDayStep ToMessage(EndOfDayStep step) => step switch
    {
        EndOfDayStep.Accounts => Staff.V1.EndOfDayStep.Accounts,
        EndOfDayStep.Batches => Staff.V1.EndOfDayStep.Batches,
        EndOfDayStep.Payments => Staff.V1.EndOfDayStep.Payments,
        _ => Staff.V1.EndOfDayStep.Unspecified,
    };

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
