namespace BktSmart.Ledger;

/// <summary>What kind of business a transfer is. The numbers are stored.</summary>
public enum TransferKind
{
    /// <summary>From one customer account to another.</summary>
    Payment = 1,

    /// <summary>From the bank's cash account to a customer account.</summary>
    CashDeposit = 2,

    /// <summary>From a customer account to the bank's cash account.</summary>
    CashWithdrawal = 3,

    /// <summary>Sets money aside on the debtor's account until it is posted, released, or expires. Moves nothing.</summary>
    Hold = 4,

    /// <summary>Ends a hold by moving the money, all of it or a part; the rest is free again.</summary>
    HoldPosting = 5,

    /// <summary>Ends a hold without moving money.</summary>
    HoldRelease = 6,

    /// <summary>Ends a hold whose time is over; ordered by the bank itself.</summary>
    HoldExpiry = 7,

    /// <summary>Moves back what another transfer moved, leg by leg. The other one stays as it is.</summary>
    Reversal = 8,

    /// <summary>Two currencies, each through the bank's position account in it, at a rate that is on the record.</summary>
    Exchange = 9,

    /// <summary>Any legs between any accounts, by staff: a payment with its fee, a settlement with another bank.</summary>
    Bookkeeping = 10,
}
