using Orleans.Concurrency;
using Orleans.Transactions.Abstractions;

namespace BktSmart.Bench.Peers.Transactions;

[GenerateSerializer, Alias("bench.AccountState")]
public sealed class AccountState
{
    [Id(0)] public long BalanceMinor { get; set; }
    [Id(1)] public long SequenceNumber { get; set; }
}

[GenerateSerializer, Immutable, Alias("bench.Posted")]
public sealed record Posted([property: Id(0)] long BalanceMinor, [property: Id(1)] long SequenceNumber);

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

/// <summary>Orders the two halves of a transfer in one transaction.</summary>
[Alias("bench.ITransactionalTransferGrain")]
public interface ITransactionalTransferGrain : IGrainWithIntegerKey
{
    [Alias("Transfer"), Transaction(TransactionOption.Create)]
    Task<Posted> Transfer(string debit, string credit, long amountMinor);
}

[Reentrant]
internal sealed class TransactionalAccountGrain([TransactionalState("account", MemoryStateStorage.Name)] ITransactionalState<AccountState> account)
    : Grain, ITransactionalAccountGrain
{
    private const long FloorMinor = -1_000_000_000_000;

    public Task<Posted> Post(long amountMinor) => account.PerformUpdate(state =>
    {
        if (amountMinor < 0 && state.BalanceMinor + amountMinor < FloorMinor)
            throw new InvalidOperationException("Insufficient funds.");
        state.BalanceMinor += amountMinor;
        state.SequenceNumber++;
        return new Posted(state.BalanceMinor, state.SequenceNumber);
    });

    public Task Touch() => Task.CompletedTask;
}

[StatelessWorker, Reentrant]
internal sealed class TransactionalTransferGrain(IGrainFactory grains) : Grain, ITransactionalTransferGrain
{
    public async Task<Posted> Transfer(string debit, string credit, long amountMinor)
    {
        var from = grains.GetGrain<ITransactionalAccountGrain>(debit).Post(-amountMinor);
        var to = grains.GetGrain<ITransactionalAccountGrain>(credit).Post(amountMinor);
        await Task.WhenAll(from, to);
        return await from;
    }
}
