namespace BktSmart.Ledger;

/// <summary>What staff have blocked on an account. The numbers are stored.</summary>
[Flags]
public enum AccountFreeze
{
    None = 0,
    Debits = 1,
    Credits = 2,
    Both = Debits | Credits,
}
