namespace BktSmart.BusinessDay;

/// <summary>The bank's date (R13): it changes when end-of-day starts, and at no other time.</summary>
[Alias("bktsmart.IBusinessDayGrain")]
public interface IBusinessDayGrain : IGrainWithIntegerKey
{
    [Alias("Get"), ForApi]
    Task<DayStanding> Get(CancellationToken cancellationToken);

    /// <summary>
    /// Ends a business date, and opens the next one. One that has ended already is answered with how it was. Refused before the hour of the
    /// day at which it may start, for any other date, and where the calendar does not say which date is next.
    /// </summary>
    [Alias("StartEndOfDay"), ForApi]
    Task<Result<EndOfDay>> StartEndOfDay(StaffMember staff, DateOnly businessDate, CancellationToken cancellationToken);

    /// <summary>Ends the business date if the clock is to do that, and says whether it did.</summary>
    [Alias("StartDueEndOfDay")]
    Task<bool> StartDueEndOfDay(CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="before">Business dates before this one; null for the first page.</param>
    /// <param name="count">1 to <see cref="EndOfDayPage.CountMax"/>.</param>
    [Alias("ListEndsOfDay"), ForApi]
    Task<EndOfDayPage> ListEndsOfDay(DateOnly? before, int count, CancellationToken cancellationToken);
}
