namespace BktSmart.Ledger;

/// <summary>The numbers are stored.</summary>
internal enum OriginatorKind : short
{
    Customer = 1,
    Staff = 2,

    /// <summary>A customer's, given in advance.</summary>
    StandingOrder = 3,

    /// <summary>The bank itself, by a rule and not by a person.</summary>
    Bank = 4,
}
