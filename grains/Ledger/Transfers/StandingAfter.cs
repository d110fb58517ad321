namespace BktSmart.Ledger;

/// <summary>The ordering account as a transfer without postings left it.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.StandingAfter")]
internal readonly record struct StandingAfter(
    [property: Id(0)] long SequenceNumber, [property: Id(1)] long BalanceMinor, [property: Id(2)] long HeldMinor);
