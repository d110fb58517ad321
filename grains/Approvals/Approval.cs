namespace BktSmart.Approvals;

/// <summary>A request that is recorded.</summary>
/// <param name="Version">Of the subject, on which the request was made; after another change it is out of date.</param>
/// <param name="ExpiresAt">From then on it can no longer be confirmed.</param>
internal sealed record Approval(
    long Id, ApprovalRequest Request, long Version, StaffMember RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt);
