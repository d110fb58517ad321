namespace BktSmart.Ledger;

/// <summary>A transfer as it is ordered: accounts by their internal ids, the first leg in the order itself.</summary>
/// <param name="CreditAccountId">Null where no such account exists.</param>
/// <param name="Originator">In place of field 6, which was a text and is not used again.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransferOrder")]
internal sealed record TransferOrder(
    [property: Id(0)] TransferId Id, [property: Id(1)] TransferKind Kind, [property: Id(2)] long DebitAccountId,
    [property: Id(3)] long? CreditAccountId,
    [property: Id(4)] Money Amount, [property: Id(5)] string Reference, [property: Id(13)] Originator Originator)
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

    /// <summary>Not part of the content either.</summary>
    [Id(12)]
    public OrderTerms Terms { get; init; } = OrderTerms.Unlimited;

    /// <summary>
    /// Whether the decision needs the time, or what is recorded under another id: such an order is decided on locked rows.
    /// </summary>
    public bool NeedsRecord => Kind is TransferKind.Hold || RelatedId is not null;

    /// <summary>The account that gives the order: the debtor, or of a cash deposit the creditor.</summary>
    public long? OrderingAccountId => Kind == TransferKind.CashDeposit ? CreditAccountId : DebitAccountId;

    /// <summary>The first leg and those after it, where the creditor exists.</summary>
    public FurtherLeg[] AllLegs() => [new FurtherLeg(DebitAccountId, CreditAccountId!.Value, Amount), .. FurtherLegs];

    /// <summary>All accounts of the orders, each once.</summary>
    public static long[] AccountIdsOf(IEnumerable<TransferOrder> orders)
    {
        var ids = new HashSet<long>();
        foreach (var order in orders)
            order.AddAccountIdsTo(ids);
        return [.. ids];
    }

    public void AddAccountIdsTo(HashSet<long> ids)
    {
        ids.Add(DebitAccountId);
        if (CreditAccountId is { } credit)
            ids.Add(credit);
        foreach (var leg in FurtherLegs)
        {
            ids.Add(leg.DebitAccountId);
            ids.Add(leg.CreditAccountId);
        }
    }

    /// <summary>Whether it touches any of some accounts.</summary>
    public bool TouchesAny(HashSet<long> ids) =>
        ids.Count > 0
            && (ids.Contains(DebitAccountId) || (CreditAccountId is { } credit && ids.Contains(credit))
                || Array.Exists(FurtherLegs, leg => ids.Contains(leg.DebitAccountId) || ids.Contains(leg.CreditAccountId)));
}
