namespace BktSmart.Ledger;

/// <summary>Who leads.</summary>
internal interface ILedgerLeadership
{
    /// <summary>The silo to hand orders over to, equal as long as it is the same one; null when this one books itself.</summary>
    ILedgerLeader? Leader { get; }
}
