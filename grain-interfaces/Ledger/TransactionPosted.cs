namespace BktSmart.Ledger;

/// <summary>
/// Says that a posting is on a customer's account. The ledger writes this event in the transaction of the posting, and streams deliver it,
/// at least once and in order of the account, to <see cref="StreamNamespace"/> with the customer's grain key. It names the posting and does
/// not repeat it: a consumer reads the ledger, and so finds at once what has come behind it.
/// </summary>
/// <param name="AccountId">The ledger's own id of the account.</param>
/// <param name="SequenceNumber">Of the posting; gap-free in the account, from 1.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransactionPosted")]
public sealed record TransactionPosted(
    [property: Id(0)] long EventId,
    [property: Id(1)] CustomerNumber Customer,
    [property: Id(2)] Iban Account,
    [property: Id(3)] long AccountId,
    [property: Id(4)] long SequenceNumber)
{
    public const string StreamProvider = "ledger";
    public const string StreamNamespace = "transactions";
}
