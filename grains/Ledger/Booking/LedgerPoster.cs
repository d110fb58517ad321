using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// Decides batches and has them written. A batch takes one of two ways, and both end in the same fences of the database.
///
/// The short way is one round trip: the batch is decided from what this silo remembers, and written under the condition that the accounts
/// are still at the versions that it was decided from, the business date is still that one, and no id was decided before. Where one of
/// these fails, nothing is written.
///
/// The long way is one transaction at read committed: lock the accounts in the order of their ids; then read the clock, the business date
/// and the ids (after the locks, so that what another silo committed meanwhile is seen); decide; write; commit. It is taken after a short
/// way that failed, for orders that depend on the time or on other transfers, and whenever the fate of an earlier attempt is not known: its
/// locks make it wait for that attempt, and the ids say what that did.
///
/// Only one batch is under way at a time.
/// </summary>
internal sealed class LedgerPoster(ILedgerDatabase database, LedgerCache cache, TimeProvider time, IOptions<PaymentOptions> payments)
{
    private static readonly Dictionary<TransferId, TransferKind> NothingSettled = [];

    private DateOnly? _businessDate;
    private int _chain;

    /// <summary>Posts a batch from what is remembered, in one round trip. When it throws, the outcome is unknown.</summary>
    public async Task<(ShortWay Way, PostedBatch? Posted)> TryPostAsync(
        IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken)
    {
        if (_businessDate is not { } businessDate || orders.Any(order => order.NeedsRecord))
            return (ShortWay.NotFit, null);

        var ids = TransferOrder.AccountIdsOf(orders);
        var accounts = new Dictionary<long, LockedAccount>(ids.Length);
        List<long>? missing = null;
        foreach (var id in ids)
        {
            if (cache.FindAccount(id) is { } state)
                accounts.Add(id, new LockedAccount(state));
            else
                (missing ??= []).Add(id);
        }

        if (missing is not null)
        {
            foreach (var state in await database.ReadAccountsAsync(missing, cancellationToken))
            {
                cache.Add(state);
                accounts.Add(state.Id, new LockedAccount(state));
            }

            RequireAll(accounts, ids);
        }

        var recorded = new Dictionary<TransferId, RecordedTransfer>();
        foreach (var order in orders)
        {
            if (cache.FindOutcome(order.Id) is { } outcome)
                recorded.TryAdd(order.Id, outcome);
        }

        var today = BankTime.Today(time);
        var batch = LedgerRules.Decide(
            new LedgerView(accounts, recorded, NothingSettled, DateTimeOffset.MinValue, businessDate, today, payments.Value), orders);
        // Nothing is written under such an id, so no fence has looked: it may be booked already, the payee be trusted by now, or a payment
        // have been confirmed, on another silo.
        if (batch.Decisions.Any(decision => decision.Refusal?.Reason == Reason.ConfirmationRequired))
            return (ShortWay.NotFit, null);
        if (batch.New.Count == 0)
            return (ShortWay.Posted, new PostedBatch(batch.Decisions, 0));

        try
        {
            Book(batch.New, await database.PostAsync(LedgerWrite.Of(_chain, batch.New, accounts, today), cancellationToken));
        }
        catch (LedgerFenceException exception) when (exception.Fence != LedgerFence.SiloEnded)
        {
            foreach (var id in ids)
                cache.Remove(id);
            return (exception.Fence == LedgerFence.AccountChanged ? ShortWay.Conflict : ShortWay.NotFit, null);
        }

        return (ShortWay.Posted, Posted(batch, accounts.Values));
    }

    /// <summary>
    /// Posts a batch on locked rows. When it returns, the outcome is durable. When it throws, the outcome is unknown, and posting the same
    /// orders again settles it.
    /// </summary>
    public async Task<PostedBatch> PostAsync(IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken)
    {
        if (_chain == 0)
            _chain = await database.OpenChainAsync(cancellationToken);

        await using var transaction = await database.BeginAsync(cancellationToken);
        var ids = TransferOrder.AccountIdsOf(orders);
        var accounts = (await transaction.LockAsync(ids, cancellationToken)).ToDictionary(
            state => state.Id, state => new LockedAccount(state));
        RequireAll(accounts, ids);
        var record = await transaction.ReadRecordAsync(orders, cancellationToken);
        var batch = LedgerRules.Decide(
            new LedgerView(accounts, record.Recorded, record.Settled, record.Now, record.BusinessDate, record.Today, payments.Value),
            orders);
        if (batch.New.Count > 0)
            Book(batch.New, await transaction.WriteAsync(LedgerWrite.Of(_chain, batch.New, accounts, record.Today), cancellationToken));
        await transaction.CommitAsync(cancellationToken);

        _businessDate = record.BusinessDate;
        foreach (var known in record.Recorded.Values)
            cache.AddRead(known);
        if (batch.New.Count > 0)
            return Posted(batch, accounts.Values);

        // What is remembered may be older than what was just found booked.
        foreach (var account in accounts.Values)
            cache.Add(account.Before);
        return new PostedBatch(batch.Decisions, 0);
    }

    private PostedBatch Posted(BatchDecision batch, IEnumerable<LockedAccount> accounts)
    {
        cache.AddCommitted(accounts, batch.New);
        foreach (var transfer in batch.New)
        {
            if (transfer.Approval is { } approval)
                LedgerMetrics.CountApproval(approval);
        }

        return new PostedBatch(batch.Decisions, LedgerEventQueues.Of(accounts));
    }

    private static void Book(IReadOnlyList<RecordedTransfer> transfers, DateTimeOffset bookedAt)
    {
        foreach (var transfer in transfers)
            transfer.BookedAt = bookedAt;
    }

    private static void RequireAll(Dictionary<long, LockedAccount> accounts, long[] ids)
    {
        if (accounts.Count != ids.Length)
            throw new InvalidOperationException(
                $"{ids.Length - accounts.Count} accounts of a batch do not exist; accounts are never deleted.");
    }
}
