using BktSmart.Accounts;
using BktSmart.Customers;

namespace BktSmart.Ledger;

/// <summary>
/// A posting on a customer's account: the event that the ledger writes in the transaction of the posting and streams deliver, at least once and in order of
/// the account, to <see cref="StreamNamespace"/> with the customer's grain key.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.TransactionPosted")]
public sealed record TransactionPosted(
    [property: Id(0)] long EventId,
    [property: Id(1)] CustomerNumber Customer,
    [property: Id(2)] Iban Account,
    [property: Id(3)] Transaction Transaction)
{
    public const string StreamProvider = "ledger";
    public const string StreamNamespace = "transactions";
}
