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

    /// <summary>What end-of-day did for a date so far. Refused where the date has not ended.</summary>
    [Alias("GetEndOfDay"), ForApi]
    Task<Result<EndOfDayReport>> GetEndOfDay(DateOnly businessDate, CancellationToken cancellationToken);

    /// <summary>What was set aside for a date, in a fixed order, also what was resolved since.</summary>
    /// <param name="skip">How many to leave out, from the first on.</param>
    /// <param name="count">1 to <see cref="EndOfDayFindingPage.CountMax"/>.</param>
    [Alias("ListFindings"), ForApi]
    Task<Result<EndOfDayFindingPage>> ListFindings(DateOnly businessDate, int skip, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Has the steps of a date that set something aside begin again, and answers with how that then stands. Where nothing is set aside,
    /// nothing happens. Refused where the date has not ended.
    /// </summary>
    [Alias("RetryEndOfDay"), ForApi]
    Task<Result<EndOfDayReport>> RetryEndOfDay(StaffMember staff, DateOnly businessDate, CancellationToken cancellationToken);
}
