namespace BktSmart.Ledger;

/// <summary>
/// A hint that a source of a customer's news has gone on: the postings of an account, or the customer's own events. It is written in the
/// transaction of what it tells of, and streams deliver it, at least once, to <see cref="StreamNamespace"/> with the customer's grain key.
/// It names what happened and does not repeat it: a consumer reads the source, and so finds at once what has come behind it.
/// </summary>
/// <param name="AccountId">
/// The ledger's own id of the account; zero for the customer's own events. Field 2 was its number and is not used again.
/// </param>
/// <param name="SequenceNumber">Of the posting; gap-free in the account, from 1. Zero for the customer's own events.</param>
/// <param name="EventNumber">Of the customer's own event; zero for a posting.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransactionPosted")]
public sealed record TransactionPosted(
    [property: Id(0)] long EventId,
    [property: Id(1)] CustomerNumber Customer,
    [property: Id(3)] long AccountId,
    [property: Id(4)] long SequenceNumber,
    [property: Id(5)] long EventNumber)
{
    public const string StreamProvider = "ledger";
    public const string StreamNamespace = "transactions";

    /// <summary>Up to where the source has gone on.</summary>
    public long Position => AccountId == 0 ? EventNumber : SequenceNumber;
}
