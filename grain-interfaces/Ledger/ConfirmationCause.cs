namespace BktSmart.Ledger;

/// <summary>Why a payment needs an FNP, or none.</summary>
public enum ConfirmationCause
{
    /// <summary>None: it stays with the customer.</summary>
    OwnAccount = 1,

    /// <summary>None: the customer has said so with an FNP before.</summary>
    TrustedPayee = 2,

    /// <summary>None: it is small, and so were those since the last FNP.</summary>
    LowValue = 3,

    /// <summary>One: it is not small.</summary>
    AboveLowValue = 4,

    /// <summary>One: too many small ones went without.</summary>
    LowValueCountUsed = 5,

    /// <summary>One: the small ones without would come to too much.</summary>
    LowValueSumUsed = 6,

    /// <summary>One: the customer reported an FNP a short time ago.</summary>
    RiskRaised = 7,
}
