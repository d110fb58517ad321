namespace BktSmart.Ledger;

/// <summary>
/// What else is said with an order. It is not part of the order's content: another attempt under the same id has terms of its own.
/// </summary>
/// <param name="LastMoment">
/// From then on nobody books it, by the clock of the database; nothing that waited for longer is booked later.
/// </param>
/// <param name="SettleOnly">
/// Moves nothing and settles the id for good: the answer is what is recorded under it, or the refusal <see cref="Reason.Abandoned"/> is
/// recorded.
/// </param>
[GenerateSerializer, Immutable, Alias("bktsmart.OrderTerms")]
public readonly record struct OrderTerms([property: Id(0)] DateTimeOffset LastMoment, [property: Id(1)] bool SettleOnly)
{
    /// <summary>Of an order that waits for nobody: as long as it takes.</summary>
    public static OrderTerms Unlimited { get; } = new(DateTimeOffset.MaxValue, false);
}
