namespace BktSmart.Ledger;

/// <summary>One leg of a transfer between two accounts of the bank, by their numbers: an IBAN, or the code of one of the bank's own.</summary>
/// <param name="Amount">Positive, at most <see cref="Money.MaxTransferMinor"/>, in the currency of both accounts.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransferLeg")]
public sealed record TransferLeg([property: Id(0)] string Debtor, [property: Id(1)] string Creditor, [property: Id(2)] Money Amount);

/// <summary>An order of staff. All of its legs are booked, in their order, or none.</summary>
/// <param name="Kind"><see cref="TransferKind.Bookkeeping"/> or <see cref="TransferKind.Exchange"/>.</param>
/// <param name="Legs">1 to <see cref="LegsMax"/>.</param>
/// <param name="ExchangeRate">Of an exchange: units of the second leg's currency for one of the first's. Goes on the record.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LinkedTransferCommand")]
public sealed record LinkedTransferCommand(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] TransferKind Kind,
    [property: Id(2)] IReadOnlyList<TransferLeg> Legs,
    [property: Id(3)] decimal? ExchangeRate,
    [property: Id(4)] string Reference)
{
    public const int LegsMax = 16;
}

/// <summary>Sets money aside.</summary>
/// <param name="ExpiresAt">When the hold ends by itself; within <see cref="LifetimeMax"/>.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.HoldCommand")]
public sealed record HoldCommand(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] TransferLeg Leg,
    [property: Id(2)] DateTimeOffset ExpiresAt,
    [property: Id(3)] string Reference)
{
    public static readonly TimeSpan LifetimeMax = TimeSpan.FromDays(366);
}

/// <summary>One leg as it is in the ledger.</summary>
/// <param name="DebtorSequence">Of the posting on the debtor's account; zero where nothing was posted.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.RecordedLeg")]
public sealed record LedgerLeg(
    [property: Id(0)] TransferLeg Leg,
    [property: Id(1)] long DebtorSequence,
    [property: Id(2)] Money DebtorBalance,
    [property: Id(3)] long CreditorSequence,
    [property: Id(4)] Money CreditorBalance);

/// <summary>A transfer as it is in the ledger, as staff see it. Everything in it is stored.</summary>
/// <param name="Related">The hold that it ended, or the transfer that it reversed.</param>
/// <param name="ExpiresAt">Of a hold.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LedgerTransfer")]
public sealed record LedgerTransfer(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] TransferKind Kind,
    [property: Id(2)] IReadOnlyList<LedgerLeg> Legs,
    [property: Id(3)] string Reference,
    [property: Id(4)] DateTimeOffset BookedAt,
    [property: Id(5)] DateOnly BusinessDate,
    [property: Id(6)] TransferId? Related,
    [property: Id(7)] DateTimeOffset? ExpiresAt,
    [property: Id(8)] decimal? ExchangeRate);

/// <summary>An account as the ledger has it, any account.</summary>
/// <param name="Number">An IBAN, or the code of one of the bank's own accounts.</param>
/// <param name="SequenceNumber">Of the last posting; zero before the first.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LedgerBalance")]
public sealed record LedgerBalance(
    [property: Id(0)] string Number, [property: Id(1)] Money Balance, [property: Id(2)] Money Held, [property: Id(3)] long SequenceNumber)
{
    public const int CountMax = 1_000;
}
