namespace BktSmart.Ledger;

/// <summary>What let a payment through. The numbers are stored.</summary>
internal enum PaymentApproval
{
    /// <summary>An FNP for its amount and payee.</summary>
    Fnp = 1,

    /// <summary>Between two accounts of one customer (RTS 2018/389 art. 15).</summary>
    OwnAccount = 2,

    /// <summary>RTS 2018/389 art. 13.</summary>
    TrustedPayee = 3,

    /// <summary>RTS 2018/389 art. 16.</summary>
    LowValue = 4,

    /// <summary>The FNP of the standing order that it follows from (RTS 2018/389 art. 14).</summary>
    StandingOrder = 5,
}
