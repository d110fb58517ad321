namespace BktSmart.Bench.Peers.Transactions;

/// <summary>Orders the two halves of a transfer in one transaction.</summary>
[Alias("bench.ITransactionalTransferGrain")]
public interface ITransactionalTransferGrain : IGrainWithIntegerKey
{
    [Alias("Transfer"), Transaction(TransactionOption.Create)]
    Task<Posted> Transfer(string debit, string credit, long amountMinor);
}
