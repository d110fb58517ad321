namespace BktSmart.Ledger;

/// <summary>What the ledger decided under a transfer id, for ever.</summary>
/// <param name="Refusal">Null for a transfer that took place.</param>
/// <param name="RefusedLeg">Of a linked transfer that was refused: the leg that could not be booked, from 0.</param>
/// <param name="First">The effect of the first leg.</param>
/// <param name="Further">The effects of the legs after it, in their order.</param>
/// <param name="Standing">Of a hold and of what ends one without postings.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.RecordedTransfer")]
internal sealed record RecordedTransfer(
    [property: Id(0)] TransferOrder Order, [property: Id(1)] Reason? Refusal, [property: Id(2)] int? RefusedLeg,
    [property: Id(3)] LegEffect First,
    [property: Id(4)] LegEffect[] Further, [property: Id(5)] StandingAfter? Standing, [property: Id(6)] DateOnly BusinessDate)
{
    public TransferId Id => Order.Id;

    /// <summary>Of a payment that took place; null for those of before approvals were recorded.</summary>
    [Id(7)]
    public PaymentApproval? Approval { get; init; }

    /// <summary>The database's clock; known when the batch is written.</summary>
    [Id(8)]
    public DateTimeOffset BookedAt { get; set; }

    /// <summary>Of an order that would have broken a limit; null for those of before limits were recorded.</summary>
    [Id(9)]
    public LimitRoom? Exceeded { get; init; }

    /// <summary>The refusal as its caller hears it, every time.</summary>
    public Refusal? Answer => Refusal is { } reason
        ? new Refusal(reason, RefusedLeg is { } leg ? $"legs[{leg}]" : null) { Exceeded = ExceededInItsCurrency() }
        : null;

    public bool HasPostings => First.DebitSequence > 0;

    /// <summary>Whether it ends the hold, or reverses the transfer, that it is about.</summary>
    public bool Settles => Refusal is null && Order.RelatedId is not null;

    private ExceededLimit? ExceededInItsCurrency()
    {
        if (Exceeded is not var (limit, rest))
            return null;
        var amount = RefusedLeg is > 0 and var leg ? Order.FurtherLegs[leg - 1].Amount : Order.Amount;
        return new ExceededLimit(amount with { Minor = limit }, amount with { Minor = rest });
    }
}
