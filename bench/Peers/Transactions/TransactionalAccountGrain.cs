using Orleans.Concurrency;
using Orleans.Transactions.Abstractions;

namespace BktSmart.Bench.Peers.Transactions;

[Reentrant]
internal sealed class TransactionalAccountGrain(
    [TransactionalState("account", MemoryStateStorage.Name)] ITransactionalState<AccountState> account)
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
