namespace BktSmart.Ledger;

/// <summary>What a leg left on its two accounts.</summary>
/// <param name="DebitSequence">Of the posting on the debtor's account; zero, like all the rest, where nothing was posted.</param>
/// <param name="DebitHeldAfter">What was held there after it.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.LegEffect")]
internal readonly record struct LegEffect(
    [property: Id(0)] long DebitSequence, [property: Id(1)] long DebitBalanceAfter, [property: Id(2)] long DebitHeldAfter,
    [property: Id(3)] long CreditSequence, [property: Id(4)] long CreditBalanceAfter, [property: Id(5)] long CreditHeldAfter);
