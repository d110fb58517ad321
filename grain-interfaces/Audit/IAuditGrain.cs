namespace BktSmart.Audit;

/// <summary>
/// Reads the trail of what staff did. It is written with each change, in its transaction, and nothing in it ever changes.
/// </summary>
[Alias("bktsmart.IAuditGrain")]
public interface IAuditGrain : IGrainWithIntegerKey
{
    /// <summary>The entries before one, newest first.</summary>
    /// <param name="customer">Only what concerns this customer; null for all.</param>
    /// <param name="count">1 to <see cref="AuditPage.CountMax"/>.</param>
    [Alias("List"), ForApi]
    Task<AuditPage> List(CustomerNumber? customer, long? beforeId, int count, CancellationToken cancellationToken);
}
