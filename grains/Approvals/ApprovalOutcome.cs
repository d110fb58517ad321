namespace BktSmart.Approvals;

/// <summary>What became of a request. The numbers are stored.</summary>
internal enum ApprovalOutcome
{
    Confirmed = 1,
    Rejected = 2,

    /// <summary>It was expired or out of date, and another request took its place.</summary>
    Lapsed = 3,
}
