namespace BktSmart.Ledger;

/// <summary><c>bank.batch_detail</c>: what only some transfers have.</summary>
internal readonly record struct BatchDetail(
    Guid TransferId, Guid? RelatedId, bool Settles, DateTime? ExpiresAt, decimal? ExchangeRate,
    long? SequenceNumber, long? BalanceAfterMinor, long? HeldAfterMinor, short? RefusedLeg)
{
    public static bool IsNeeded(RecordedTransfer transfer) =>
        transfer.Order is { RelatedId: not null } or { ExpiresAt: not null } or { ExchangeRate: not null }
            || transfer.RefusedLeg is not null || transfer.Exceeded is not null;

    public static BatchDetail Of(RecordedTransfer transfer) => new(
        transfer.Id.Value, transfer.Order.RelatedId?.Value, transfer.Settles, transfer.Order.ExpiresAt?.UtcDateTime,
        transfer.Order.ExchangeRate,
        transfer.Standing?.SequenceNumber, transfer.Standing?.BalanceMinor, transfer.Standing?.HeldMinor, (short?)transfer.RefusedLeg);
}
