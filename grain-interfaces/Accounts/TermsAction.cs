namespace BktSmart.Accounts;

/// <summary>What of an account's terms needs a second person of the staff. The numbers travel between programs.</summary>
public enum TermsAction
{
    /// <summary>A higher overdraft limit; a lower one needs nobody else.</summary>
    SetOverdraftLimit = 1,
    ReopenAccount = 2,
}
