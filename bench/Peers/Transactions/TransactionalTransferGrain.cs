using Orleans.Concurrency;

namespace BktSmart.Bench.Peers.Transactions;

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
