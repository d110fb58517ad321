namespace BktSmart.Ledger;

/// <summary>
/// A transfer that is in the ledger, as the ordering account sees it. Everything in it is stored: asking again gives the same bytes.
/// </summary>
/// <param name="Account">The account that was asked: the payer's, or for a cash deposit the one that received.</param>
/// <param name="Payee">Null where the other side is an account of the bank.</param>
/// <param name="SequenceNumber">Of the posting on <paramref name="Account"/>.</param>
/// <param name="BalanceAfter">Of <paramref name="Account"/>, after that posting.</param>
/// <param name="AvailableAfter">The balance after it, less what was held then. An overdraft limit comes on top.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.BookedTransfer")]
public sealed record BookedTransfer(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] TransferKind Kind,
    [property: Id(2)] Iban Account,
    [property: Id(3)] Iban? Payee,
    [property: Id(4)] Money Amount,
    [property: Id(5)] string Reference,
    [property: Id(6)] long SequenceNumber,
    [property: Id(7)] Money BalanceAfter,
    [property: Id(8)] DateTimeOffset BookedAt,
    [property: Id(9)] DateOnly BusinessDate,
    [property: Id(10)] Money AvailableAfter);
