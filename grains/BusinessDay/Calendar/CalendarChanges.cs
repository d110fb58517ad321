using System.Globalization;
using System.Text.Json;
using BktSmart.Approvals;
using Npgsql;

namespace BktSmart.BusinessDay;

/// <summary>
/// Changes of the calendar, which need two persons. The subject is the day, and its version the request that changed it last. What was
/// confirmed is also the history of the calendar: nothing else changes a day once its year is loaded.
///
/// What a change makes of the days is reckoned when it is asked for, and again under the lock of the calendar when it is confirmed. The
/// last word on whether it is too late has <c>bank.change_calendar</c>, which holds the business date.
/// </summary>
internal sealed class CalendarChanges(ApprovalStore approvals, CalendarStore calendar, [BankClock] TimeProvider time)
    : IApprovable<CalendarUnderChange>
{
    private const string Kind = "change-calendar";
    private const string DayPassed = "BK012";

    private sealed record WantedDay(DateOnly Day, bool Works, string Name);

    private sealed record Wanted(CalendarAction Action, DateOnly? AnnouncedOn, string Source, IReadOnlyList<WantedDay> Days);

    public IReadOnlyCollection<string> Kinds { get; } = [Kind];

    public async Task<Result<CalendarChange>> RequestAsync(
        StaffMember staff, CalendarCommand command, CancellationToken cancellationToken)
    {
        var state = await calendar.ReadForChangeAsync(command.Day, cancellationToken);
        var reckoned = CalendarRules.Reckon(command, state, BankTime.Today(time));
        if (!reckoned.Succeeded)
            return reckoned.Refusal;
        var request = new ApprovalRequest(Kind, SubjectOf(command.Day), Write(command, reckoned.Value), Customer: null, command.Note);
        var requested = await approvals.RequestAsync(this, staff, request, cancellationToken);
        return requested.Succeeded ? Describe(requested.Value) : requested.Refusal;
    }

    /// <summary>What can still be confirmed, oldest first.</summary>
    public async Task<IReadOnlyList<CalendarChange>> ListAsync(long afterId, int count, CancellationToken cancellationToken) =>
        [.. (await approvals.ListAsync(Kinds, afterId, count, cancellationToken)).Select(Describe)];

    /// <summary>Makes the change, and gives its days as they then stand.</summary>
    public async Task<Result<CalendarDays>> ConfirmAsync(StaffMember staff, long id, CancellationToken cancellationToken)
    {
        try
        {
            var confirmed = await approvals.ConfirmAsync(this, staff, id, cancellationToken);
            if (!confirmed.Succeeded)
                return confirmed.Refusal;
            var days = Describe(confirmed.Value.Approval).Days;
            var standing = await calendar.ListDaysAsync(days[0].Day, days[^1].Day, CancellationToken.None);
            return new CalendarDays([.. standing.Where(day => days.Any(changed => changed.Day == day.Day))]);
        }
        catch (PostgresException exception) when (exception.SqlState == DayPassed)
        {
            return Reason.CalendarDayPassed;
        }
    }

    public Task<Result<Done>> RejectAsync(StaffMember staff, long id, string note, CancellationToken cancellationToken) =>
        approvals.RejectAsync(this, staff, id, note, cancellationToken);

    public Task<(CalendarUnderChange State, long Version)> LockAsync(
        NpgsqlConnection connection, string subject, CancellationToken cancellationToken) =>
        CalendarStore.LockAsync(connection, DayOf(subject), cancellationToken);

    public bool NeedsSecondPerson(CalendarUnderChange state, ApprovalRequest request) => Refuse(state, request) is null;

    public Reason? Refuse(CalendarUnderChange state, ApprovalRequest request)
    {
        var command = CommandOf(request);
        var reckoned = CalendarRules.Reckon(command, state, BankTime.Today(time));
        if (!reckoned.Succeeded)
            return reckoned.Refusal.Reason;
        return Write(command, reckoned.Value) == request.Wanted ? null : Reason.ApprovalOutdated;
    }

    public async Task<CalendarUnderChange> ApplyAsync(
        NpgsqlConnection connection, CalendarUnderChange state, Approval approval, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await CalendarStore.ChangeAsync(connection, approval.Id, cancellationToken);
        var days = Describe(approval).Days.Select(day => state.Days.GetValueOrDefault(day.Day));
        return state with { Before = [.. days.OfType<CalendarDay>()] };
    }

    public IEnumerable<KeyValuePair<string, object?>> Describe(ApprovalRequest request, CalendarUnderChange? changed)
    {
        var wanted = Read(request);
        yield return new("change", wanted.Action.ToString());
        yield return new("source", wanted.Source);
        yield return new("days", wanted.Days.Select(day => new { day = day.Day, works = day.Works, name = day.Name }));
        if (changed?.Before is { } before)
        {
            yield return new(
                "before", before.Select(day => new { day = day.Day, works = day.Works, name = day.Name, source = day.Source }));
        }
    }

    private static CalendarChange Describe(Approval approval)
    {
        var wanted = Read(approval.Request);
        return new CalendarChange(
            approval.Id, CommandOf(approval.Request),
            [.. wanted.Days.Select(day => new CalendarDay(day.Day, day.Works, day.Name, wanted.Source, IsEstimate: false))],
            approval.RequestedBy, approval.RequestedAt, approval.ExpiresAt);
    }

    private static CalendarCommand CommandOf(ApprovalRequest request)
    {
        var wanted = Read(request);
        return new CalendarCommand(wanted.Action, DayOf(request.Subject), wanted.Source, request.Reason)
        {
            AnnouncedOn = wanted.AnnouncedOn,
            Name = wanted.Action is CalendarAction.DayOff or CalendarAction.WorkedDay ? wanted.Days.Single().Name : null,
        };
    }

    private static string SubjectOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly DayOf(string subject) => DateOnly.ParseExact(subject, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>As <c>bank.change_calendar</c> reads it. The same change is the same text, by which the same request is found.</summary>
    private static string Write(CalendarCommand command, CalendarDays days) => JsonSerializer.Serialize(
        new Wanted(
            command.Action, command.AnnouncedOn, command.Source,
            [.. days.Days.Select(day => new WantedDay(day.Day, day.Works, day.Name))]),
        JsonSerializerOptions.Web);

    private static Wanted Read(ApprovalRequest request) => JsonSerializer.Deserialize<Wanted>(request.Wanted!, JsonSerializerOptions.Web)!;
}
