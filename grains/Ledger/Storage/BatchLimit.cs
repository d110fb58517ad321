namespace BktSmart.Ledger;

/// <summary><c>bank.batch_limit</c>: the limit that a refused transfer would have broken; beside its <see cref="BatchDetail"/>.</summary>
internal readonly record struct BatchLimit(Guid TransferId, long LimitMinor, long RestMinor)
{
    public static IEnumerable<BatchLimit> Of(RecordedTransfer transfer) =>
        transfer.Exceeded is var (limit, rest) ? [new(transfer.Id.Value, limit, rest)] : [];
}
