namespace BktSmart.Ledger;

/// <summary>One leg as it is in the ledger.</summary>
/// <param name="DebtorSequence">Of the posting on the debtor's account; zero where nothing was posted.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.RecordedLeg")]
public sealed record LedgerLeg(
    [property: Id(0)] TransferLeg Leg,
    [property: Id(1)] long DebtorSequence,
    [property: Id(2)] Money DebtorBalance,
    [property: Id(3)] long CreditorSequence,
    [property: Id(4)] Money CreditorBalance);
