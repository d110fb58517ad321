namespace BktSmart.Ledger;

/// <summary>
/// One leg of a transfer between two accounts of the bank, by their numbers: an IBAN, or the code of one of the bank's own.
/// </summary>
/// <param name="Amount">Positive, at most <see cref="Money.MaxTransferMinor"/>, in the currency of both accounts.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransferLeg")]
public sealed record TransferLeg([property: Id(0)] string Debtor, [property: Id(1)] string Creditor, [property: Id(2)] Money Amount);
