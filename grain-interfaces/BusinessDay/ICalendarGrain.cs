namespace BktSmart.BusinessDay;

/// <summary>The bank's calendar (R13), as staff see and change it.</summary>
[Alias("bktsmart.ICalendarGrain")]
public interface ICalendarGrain : IGrainWithIntegerKey
{
    /// <param name="year">1 to 9999.</param>
    [Alias("GetYear"), ForApi]
    Task<CalendarYear> GetYear(int year, CancellationToken cancellationToken);

    /// <summary>
    /// Asks another member of staff for a change. Only days after the business date, and after today, can be changed. The same request by
    /// the same person gives the one that waits.
    /// </summary>
    [Alias("RequestChange"), ForApi]
    Task<Result<CalendarChange>> RequestChange(StaffMember staff, CalendarCommand command, CancellationToken cancellationToken);

    /// <summary>What waits for a second person, oldest first.</summary>
    /// <param name="afterId">Only those with a higher number; null starts at the oldest.</param>
    /// <param name="count">1 to <see cref="CalendarChangePage.CountMax"/>.</param>
    [Alias("ListChanges"), ForApi]
    Task<CalendarChangePage> ListChanges(long? afterId, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the change, exactly as it was asked for, if nothing else has changed its day since, and gives its days. The same person again
    /// gets them as they then stand; whoever asked is refused with <see cref="Reason.SecondPersonRequired"/>.
    /// </summary>
    [Alias("ConfirmChange"), ForApi]
    Task<Result<CalendarDays>> ConfirmChange(StaffMember staff, long id, CancellationToken cancellationToken);

    /// <summary>Ends a request without the change; whoever asked may do it too.</summary>
    /// <param name="note">Why; goes into the audit trail.</param>
    [Alias("RejectChange"), ForApi]
    Task<Result<Done>> RejectChange(StaffMember staff, long id, string note, CancellationToken cancellationToken);
}
