namespace BktSmart.Bench.Peers.Transactions;

/// <summary>An account whose state takes part in transactions, as in Orleans' sample of a bank. Key: the account's name.</summary>
[Alias("bench.ITransactionalAccountGrain")]
public interface ITransactionalAccountGrain : IGrainWithStringKey
{
    /// <summary>Adds to the balance, which may go down to the floor of the benchmark's accounts.</summary>
    [Alias("Post"), Transaction(TransactionOption.Join)]
    Task<Posted> Post(long amountMinor);

    /// <summary>Activates the grain, which reads its state.</summary>
    [Alias("Touch")]
    Task Touch();
}
