using BktSmart.Answers;
using BktSmart.Payments;

namespace BktSmart.Ledger;

/// <summary>A leg after the first of an order: accounts by their internal ids.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FurtherLeg")]
internal sealed record FurtherLeg([property: Id(0)] long DebitAccountId, [property: Id(1)] long CreditAccountId, [property: Id(2)] Money Amount);

/// <summary>A transfer as it is ordered: accounts by their internal ids, the first leg in the order itself.</summary>
/// <param name="CreditAccountId">Null where no such account exists.</param>
/// <param name="Staff">Who of the staff gave the order; null for the customer.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransferOrder")]
internal sealed record TransferOrder(
    [property: Id(0)] TransferId Id, [property: Id(1)] TransferKind Kind, [property: Id(2)] long DebitAccountId, [property: Id(3)] long? CreditAccountId,
    [property: Id(4)] Money Amount, [property: Id(5)] string Reference, [property: Id(6)] string? Staff)
{
    /// <summary>Booked after the first leg, in this order, all or none.</summary>
    [Id(7)]
    public FurtherLeg[] FurtherLegs { get; init; } = [];

    /// <summary>The hold that this ends, or the transfer that it reverses.</summary>
    [Id(8)]
    public TransferId? RelatedId { get; init; }

    /// <summary>Of a hold.</summary>
    [Id(9)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Of an exchange; for the record only.</summary>
    [Id(10)]
    public decimal? ExchangeRate { get; init; }

    /// <summary>Of a payment: whether the customer gave an FNP for exactly this one. Not part of the content that is compared.</summary>
    [Id(11)]
    public bool Confirmed { get; init; }

    /// <summary>Whether the decision needs the time, or what is recorded under another id: such an order is decided on locked rows.</summary>
    public bool NeedsRecord => Kind is TransferKind.Hold || RelatedId is not null;

    /// <summary>The account that gives the order: the debtor, or of a cash deposit the creditor.</summary>
    public long? OrderingAccountId => Kind == TransferKind.CashDeposit ? CreditAccountId : DebitAccountId;
}

/// <summary>What a leg left on its two accounts.</summary>
/// <param name="DebitSequence">Of the posting on the debtor's account; zero, like all the rest, where nothing was posted.</param>
/// <param name="DebitHeldAfter">What was held there after it.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LegEffect")]
internal readonly record struct LegEffect(
    [property: Id(0)] long DebitSequence, [property: Id(1)] long DebitBalanceAfter, [property: Id(2)] long DebitHeldAfter,
    [property: Id(3)] long CreditSequence, [property: Id(4)] long CreditBalanceAfter, [property: Id(5)] long CreditHeldAfter);

/// <summary>The ordering account as a transfer without postings left it.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.StandingAfter")]
internal readonly record struct StandingAfter([property: Id(0)] long SequenceNumber, [property: Id(1)] long BalanceMinor, [property: Id(2)] long HeldMinor);

/// <summary>What the ledger decided under a transfer id, for ever.</summary>
/// <param name="Refusal">Null for a transfer that took place.</param>
/// <param name="RefusedLeg">Of a linked transfer that was refused: the leg that could not be booked, from 0.</param>
/// <param name="First">The effect of the first leg.</param>
/// <param name="Further">The effects of the legs after it, in their order.</param>
/// <param name="Standing">Of a hold and of what ends one without postings.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.RecordedTransfer")]
internal sealed record RecordedTransfer(
    [property: Id(0)] TransferOrder Order, [property: Id(1)] Reason? Refusal, [property: Id(2)] int? RefusedLeg, [property: Id(3)] LegEffect First,
    [property: Id(4)] LegEffect[] Further, [property: Id(5)] StandingAfter? Standing, [property: Id(6)] DateOnly BusinessDate)
{
    public TransferId Id => Order.Id;

    /// <summary>Of a payment that took place; null for those of before approvals were recorded.</summary>
    [Id(7)]
    public PaymentApproval? Approval { get; init; }

    /// <summary>The database's clock; known when the batch is written.</summary>
    [Id(8)]
    public DateTimeOffset BookedAt { get; set; }

    /// <summary>The refusal as its caller hears it, every time.</summary>
    public Refusal? Answer => Refusal is { } reason ? new Refusal(reason, RefusedLeg is { } leg ? $"legs[{leg}]" : null) : null;

    public bool HasPostings => First.DebitSequence > 0;

    /// <summary>Whether it ends the hold, or reverses the transfer, that it is about.</summary>
    public bool Settles => Refusal is null && Order.RelatedId is not null;
}
