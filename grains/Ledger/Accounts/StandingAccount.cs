namespace BktSmart.Ledger;

/// <summary>An account, and how it stands.</summary>
internal sealed record StandingAccount(AccountRegistration Registration, AccountState State)
{
    /// <summary>Of a customer's account.</summary>
    public AccountDetails ToDetails() => Registration.ToDetails(State);
}
