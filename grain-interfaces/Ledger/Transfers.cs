using BktSmart.Accounts;

namespace BktSmart.Ledger;

/// <summary>What kind of business a transfer is. The numbers are stored.</summary>
public enum TransferKind
{
    /// <summary>From one customer account to another.</summary>
    Payment = 1,

    /// <summary>From the bank's cash account to a customer account.</summary>
    CashDeposit = 2,

    /// <summary>From a customer account to the bank's cash account.</summary>
    CashWithdrawal = 3,

    /// <summary>Sets money aside on the debtor's account until it is posted, released, or expires. Moves nothing.</summary>
    Hold = 4,

    /// <summary>Ends a hold by moving the money, all of it or a part; the rest is free again.</summary>
    HoldPosting = 5,

    /// <summary>Ends a hold without moving money.</summary>
    HoldRelease = 6,

    /// <summary>Ends a hold whose time is over; ordered by the bank itself.</summary>
    HoldExpiry = 7,

    /// <summary>Moves back what another transfer moved, leg by leg. The other one stays as it is.</summary>
    Reversal = 8,

    /// <summary>Two currencies, each through the bank's position account in it, at a rate that is on the record.</summary>
    Exchange = 9,

    /// <summary>Any legs between any accounts, by staff: a payment with its fee, a settlement with another bank.</summary>
    Bookkeeping = 10,
}

public enum CashDirection
{
    Deposit = 1,
    Withdrawal = 2,
}

/// <summary>A payment order of the app.</summary>
/// <param name="Amount">Positive, at most <see cref="Money.MaxTransferMinor"/>.</param>
/// <param name="Reference">For both sides to read; normalised, at most <see cref="ReferenceLengthMax"/> characters, may be empty.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransferCommand")]
public sealed record TransferCommand(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] Iban Payee,
    [property: Id(2)] Money Amount,
    [property: Id(3)] string Reference)
{
    /// <summary>As in ISO 20022 unstructured remittance information.</summary>
    public const int ReferenceLengthMax = 140;
}

/// <summary>Cash over the counter of a branch.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.CashCommand")]
public sealed record CashCommand(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] Money Amount,
    [property: Id(2)] string Reference);

/// <summary>A transfer that is in the ledger, as the ordering account sees it. Everything in it is stored: asking again gives the same bytes.</summary>
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
