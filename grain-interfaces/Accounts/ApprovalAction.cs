namespace BktSmart.Accounts;

/// <summary>What needs a second person of the staff. The numbers are stored.</summary>
public enum ApprovalAction
{
    /// <summary>A higher overdraft limit; a lower one needs nobody else.</summary>
    SetOverdraftLimit = 1,
    ReopenAccount = 2,
}
