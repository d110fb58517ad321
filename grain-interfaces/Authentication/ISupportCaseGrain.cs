using BktSmart.Answers;
using BktSmart.Customers;

namespace BktSmart.Authentication;

/// <summary>Why the contact centre has to look at a customer. The numbers are stored.</summary>
public enum SupportCaseKind
{
    /// <summary>An FNP that the customer did not ask for (R11).</summary>
    FnpReported = 1,
}

/// <summary>Something that the contact centre has to look into.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.SupportCase")]
public sealed record SupportCase(
    [property: Id(0)] long Id, [property: Id(1)] CustomerNumber Customer, [property: Id(2)] SupportCaseKind Kind, [property: Id(3)] DateTimeOffset OpenedAt);

/// <summary>The cases of the contact centre.</summary>
[Alias("bktsmart.ISupportCaseGrain")]
public interface ISupportCaseGrain : IGrainWithIntegerKey
{
    /// <summary>What is open, oldest first; 200 at most.</summary>
    [Alias("ListOpen")]
    Task<IReadOnlyList<SupportCase>> ListOpen(CancellationToken cancellationToken);

    /// <summary>Closes a case, audited.</summary>
    [Alias("Close")]
    Task<Result<Done>> Close(StaffMember staff, long id, string note, CancellationToken cancellationToken);
}
