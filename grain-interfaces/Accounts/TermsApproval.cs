namespace BktSmart.Accounts;

/// <summary>A change of an account's terms that one member of staff asked for and another one has to confirm.</summary>
/// <param name="OverdraftLimit">As it is.</param>
/// <param name="WantedOverdraftLimit">Null for another action.</param>
/// <param name="Note">Why.</param>
/// <param name="ExpiresAt">From then on it can no longer be confirmed.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Approval")]
public sealed record TermsApproval(
    [property: Id(0)] long Id,
    [property: Id(1)] TermsAction Action,
    [property: Id(2)] Iban Account,
    [property: Id(3)] Money OverdraftLimit,
    [property: Id(4)] Money? WantedOverdraftLimit,
    [property: Id(5)] StaffMember RequestedBy,
    [property: Id(6)] string Note,
    [property: Id(7)] DateTimeOffset RequestedAt,
    [property: Id(8)] DateTimeOffset ExpiresAt);
