namespace BktSmart.Cases;

/// <summary>The cases of the contact centre.</summary>
[Alias("bktsmart.ISupportCaseGrain")]
public interface ISupportCaseGrain : IGrainWithIntegerKey
{
    /// <summary>What is open, oldest first.</summary>
    /// <param name="after">The last case of the page before; null for the first page.</param>
    /// <param name="count">1 to <see cref="SupportCasePage.CountMax"/>.</param>
    [Alias("ListOpen"), ForApi]
    Task<SupportCasePage> ListOpen(long? after, int count, CancellationToken cancellationToken);

    /// <summary>Closes a case, audited.</summary>
    [Alias("Close"), ForApi]
    Task<Result<Done>> Close(StaffMember staff, long id, string note, CancellationToken cancellationToken);
}
