using BktSmart.Ledger;

namespace BktSmart.Accounts;

/// <summary>What an account may do; staff change it.</summary>
/// <param name="FloorMinor">The overdraft limit as a floor: zero or less; null for the bank's own accounts, which have none.</param>
internal readonly record struct AccountTerms(long? FloorMinor, AccountFreeze Freeze, bool Closed)
{
    public static AccountTerms Of(AccountState state) => new(state.FloorMinor, state.Freeze, state.Closed);

    /// <summary>Whether these terms give the account more than those of before: that is not for one person of the staff alone.</summary>
    public bool NeedSecondPerson(AccountTerms before) => FloorMinor < before.FloorMinor || (before.Closed && !Closed);

    /// <summary>Why an account as it stands cannot get these terms.</summary>
    public Reason? Refuse(AccountState state)
    {
        if (Closed && state.HeldMinor > 0)
            return Reason.HoldsOpen;
        if (Closed && state.BalanceMinor != 0)
            return Reason.BalanceNotZero;
        if (FloorMinor is { } floor && (Int128)state.BalanceMinor - state.HeldMinor < floor)
            return Reason.OverdraftInUse;
        return null;
    }
}
