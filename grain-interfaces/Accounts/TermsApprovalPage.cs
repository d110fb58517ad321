namespace BktSmart.Accounts;

/// <param name="HasMore">Whether there are newer ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.ApprovalPage")]
public sealed record TermsApprovalPage([property: Id(0)] IReadOnlyList<TermsApproval> Approvals, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
