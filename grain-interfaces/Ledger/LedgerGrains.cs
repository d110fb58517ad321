namespace BktSmart.Ledger;

/// <summary>Finds the grains of the ledger.</summary>
public static class LedgerGrains
{
    public static ITransferLookupGrain TransferLookup(this IGrainFactory grains) => grains.GetGrain<ITransferLookupGrain>(0);

    public static IBookkeepingGrain Bookkeeping(this IGrainFactory grains) => grains.GetGrain<IBookkeepingGrain>(0);
}
