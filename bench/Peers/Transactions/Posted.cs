namespace BktSmart.Bench.Peers.Transactions;

[GenerateSerializer, Immutable, Alias("bench.Posted")]
public sealed record Posted([property: Id(0)] long BalanceMinor, [property: Id(1)] long SequenceNumber);
