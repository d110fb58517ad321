namespace BktSmart.Accounts;

/// <summary>What an <see cref="ApprovalAction"/> does to the terms, and what the audit trail calls it.</summary>
internal static class ApprovalActions
{
    /// <param name="floorMinor">The wanted floor, where the action is about it.</param>
    public static AccountTerms Apply(this ApprovalAction action, AccountTerms terms, long? floorMinor) => action switch
    {
        ApprovalAction.SetOverdraftLimit => terms with { FloorMinor = floorMinor },
        ApprovalAction.ReopenAccount => terms with { Closed = false },
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    public static string Name(this ApprovalAction action) => action switch
    {
        ApprovalAction.SetOverdraftLimit => "set-overdraft-limit",
        ApprovalAction.ReopenAccount => "reopen-account",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };
}
