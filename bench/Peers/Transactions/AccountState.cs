namespace BktSmart.Bench.Peers.Transactions;

[GenerateSerializer, Alias("bench.AccountState")]
public sealed class AccountState
{
    [Id(0)] public long BalanceMinor { get; set; }
    [Id(1)] public long SequenceNumber { get; set; }
}
