using BktSmart.Customers;

namespace BktSmart.Audit;

/// <summary>What a member of staff did.</summary>
/// <param name="Customer">To whom; null where no customer was concerned.</param>
/// <param name="Detail">JSON: why, and what was changed to what.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.AuditEntry")]
public sealed record AuditEntry(
    [property: Id(0)] long Id,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] StaffMember Staff,
    [property: Id(3)] string Action,
    [property: Id(4)] CustomerNumber? Customer,
    [property: Id(5)] string Detail);

/// <param name="HasMore">Whether there are older ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.AuditPage")]
public sealed record AuditPage([property: Id(0)] IReadOnlyList<AuditEntry> Entries, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}

/// <summary>Reads the trail of what staff did. It is written with each change, in its transaction, and nothing in it ever changes.</summary>
[Alias("bktsmart.IAuditGrain")]
public interface IAuditGrain : IGrainWithIntegerKey
{
    /// <summary>The entries before one, newest first.</summary>
    /// <param name="customer">Only what concerns this customer; null for all.</param>
    /// <param name="count">1 to <see cref="AuditPage.CountMax"/>.</param>
    [Alias("List")]
    Task<AuditPage> List(CustomerNumber? customer, long? beforeId, int count, CancellationToken cancellationToken);
}
