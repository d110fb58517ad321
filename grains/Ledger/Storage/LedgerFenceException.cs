namespace BktSmart.Ledger;

internal sealed class LedgerFenceException(LedgerFence fence, Exception? inner = null)
    : Exception($"The ledger refused a batch: {fence}.", inner)
{
    public LedgerFence Fence { get; } = fence;
}
