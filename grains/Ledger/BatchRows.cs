using Npgsql;

namespace BktSmart.Ledger;

// The rows that bank.post_batch takes: composite types of 0010_batch_types.sql, field by field under the same names.

/// <summary><c>bank.batch_account</c>: an account as a batch leaves it, with the version that it must have before.</summary>
/// <param name="EventCustomerNumber">Whom an event tells that the account has moved; null for nobody.</param>
internal readonly record struct BatchAccount(
    long AccountId, long Version, long BalanceMinor, long SequenceNumber, long HeldMinor,
    DateOnly PaidOn, long PaidDayMinor, long PaidMonthMinor, int UnconfirmedCount, long UnconfirmedMinor, int? EventCustomerNumber)
{
    public static BatchAccount Of(LockedAccount account) => new(
        account.Id, account.Before.Version, account.BalanceMinor, account.SequenceNumber, account.HeldMinor,
        account.Paid.Day, account.Paid.DayMinor, account.Paid.MonthMinor, account.Paid.UnconfirmedCount, account.Paid.UnconfirmedMinor,
        account.SequenceNumber > account.Before.SequenceNumber ? account.Before.CustomerNumber : null);
}

/// <summary><c>bank.batch_transfer</c>: a transfer with its first leg.</summary>
internal readonly record struct BatchTransfer(
    Guid TransferId, short Kind, short? Reason, short? Approval, string Reference, string? Staff,
    long DebitAccountId, long CreditAccountId, long AmountMinor,
    long? DebitSequence, long DebitBalanceMinor, long DebitHeldMinor,
    long? CreditSequence, long CreditBalanceMinor, long CreditHeldMinor)
{
    public static BatchTransfer Of(RecordedTransfer transfer)
    {
        var (order, first) = (transfer.Order, transfer.First);
        return new BatchTransfer(
            transfer.Id.Value, (short)order.Kind, (short?)transfer.Refusal, (short?)transfer.Approval, order.Reference, order.Staff,
            order.DebitAccountId, order.CreditAccountId!.Value, order.Amount.Minor,
            transfer.HasPostings ? first.DebitSequence : null, first.DebitBalanceAfter, first.DebitHeldAfter,
            transfer.HasPostings ? first.CreditSequence : null, first.CreditBalanceAfter, first.CreditHeldAfter);
    }
}

/// <summary><c>bank.batch_leg</c>: a leg after the first.</summary>
internal readonly record struct BatchLeg(
    Guid TransferId, short Number, long DebitAccountId, long CreditAccountId, long AmountMinor,
    long? DebitSequence, long? DebitBalanceMinor, long? DebitHeldMinor,
    long? CreditSequence, long? CreditBalanceMinor, long? CreditHeldMinor)
{
    public static IEnumerable<BatchLeg> Of(RecordedTransfer transfer) => transfer.Order.FurtherLegs.Select((leg, i) =>
    {
        LegEffect? effect = i < transfer.Further.Length ? transfer.Further[i] : null;
        return new BatchLeg(
            transfer.Id.Value, (short)(i + 2), leg.DebitAccountId, leg.CreditAccountId, leg.Amount.Minor,
            effect?.DebitSequence, effect?.DebitBalanceAfter, effect?.DebitHeldAfter,
            effect?.CreditSequence, effect?.CreditBalanceAfter, effect?.CreditHeldAfter);
    });
}

/// <summary><c>bank.batch_detail</c>: what only some transfers have.</summary>
internal readonly record struct BatchDetail(
    Guid TransferId, Guid? RelatedId, bool Settles, DateTime? ExpiresAt, decimal? ExchangeRate,
    long? SequenceNumber, long? BalanceAfterMinor, long? HeldAfterMinor, short? RefusedLeg)
{
    public static bool IsNeeded(RecordedTransfer transfer) =>
        transfer.Order is { RelatedId: not null } or { ExpiresAt: not null } or { ExchangeRate: not null } || transfer.RefusedLeg is not null;

    public static BatchDetail Of(RecordedTransfer transfer) => new(
        transfer.Id.Value, transfer.Order.RelatedId?.Value, transfer.Settles, transfer.Order.ExpiresAt?.UtcDateTime, transfer.Order.ExchangeRate,
        transfer.Standing?.SequenceNumber, transfer.Standing?.BalanceMinor, transfer.Standing?.HeldMinor, (short?)transfer.RefusedLeg);
}

internal static class BatchRows
{
    /// <summary>For every pool over which batches are posted.</summary>
    public static NpgsqlDataSourceBuilder MapLedgerTypes(this NpgsqlDataSourceBuilder builder)
    {
        builder.MapComposite<BatchAccount>("bank.batch_account");
        builder.MapComposite<BatchTransfer>("bank.batch_transfer");
        builder.MapComposite<BatchLeg>("bank.batch_leg");
        builder.MapComposite<BatchDetail>("bank.batch_detail");
        return builder;
    }
}
