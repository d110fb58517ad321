using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// Decides batches and has them written. An order takes one of two ways, and both end in the same fences of the database.
///
/// The short way is one round trip: a batch is decided from what this silo remembers, and written under the condition that the accounts
/// are still at the versions that it was decided from, the business date is still that one, and no id was decided before. Where one of
/// these fails, nothing is written.
///
/// The long way is one transaction at read committed: lock the accounts in the order of their ids; then read the clock, the business date
/// and the ids (after the locks, so that what another silo committed meanwhile is seen); decide; write; commit. It is taken after a short
/// way that failed, for orders that depend on the time or on other transfers, and whenever the fate of an earlier attempt is not known: its
/// locks make it wait for that attempt, and the ids say what that did.
///
/// An order that does not fit the short way goes the long way without the others of its batch, but for those behind it on the same
/// accounts, which stay behind it.
///
/// Only one batch is under way at a time.
/// </summary>
internal sealed class LedgerPoster(
    ILedgerDatabase database, LedgerCache cache, TimeProvider time, IOptions<PaymentOptions> payments)
{
    /// <summary>Ids may turn out to be old, then orders not to fit; after that nothing is left that could come to light.</summary>
    private const int DecisionsMax = 4;

    private static readonly Dictionary<TransferId, TransferKind> NothingSettled = [];

    private DateOnly? _businessDate;
    private int _chain;

    /// <summary>Of the last batch of the chain: the next is not before.</summary>
    private DateTime _bookedAt;

    /// <summary>
    /// Posts what it can of a batch from what is remembered, in one round trip. When it throws, <see cref="LedgerFailure"/> says what that
    /// tells of the orders.
    /// </summary>
    public async Task<(ShortWay Way, PostedBatch Posted)> TryPostAsync(
        IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken)
    {
        var decisions = new Decision[orders.Count];
        if (_businessDate is not { } businessDate)
            return (ShortWay.NotFit, new PostedBatch(decisions, 0));

        var unfit = new HashSet<TransferId>(orders.Where(order => order.NeedsRecord).Select(order => order.Id));
        for (var attempt = 0; attempt < DecisionsMax; attempt++)
        {
            var places = FindFit(orders, unfit);
            if (places.Count == 0)
                break;
            var fit = places.ConvertAll(place => orders[place]);
            var states = await BeforeCommit(() => FindAccountsAsync(TransferOrder.AccountIdsOf(fit), cancellationToken));
            var accounts = states.ToDictionary(state => state.Id, state => new LockedAccount(state));
            var recorded = new Dictionary<TransferId, RecordedTransfer>();
            foreach (var order in fit)
            {
                if (cache.FindOutcome(order.Id) is { } outcome)
                    recorded.TryAdd(order.Id, outcome);
            }

            var today = BankTime.Today(time);
            var batch = LedgerRules.Decide(
                new LedgerView(accounts, recorded, NothingSettled, DateTimeOffset.MinValue, businessDate, today, payments.Value), fit);
            // Nothing is written under the id of such an order, so no fence has looked: it may be booked already.
            var open = Enumerable.Range(0, fit.Count)
                .Where(i => batch.Decisions[i] is { Recorded: null, Refusal.Reason: not Reason.TransferIdReused })
                .Select(i => (fit[i].Id, batch.Decisions[i].Refusal!.Reason)).ToArray();
            if (open.Length > 0 && await BeforeCommit(() => LearnAsync([.. open.Select(order => order.Id)], cancellationToken)) > 0)
                continue;
            // And the payee may be trusted by now, or the counters be others, on another silo.
            var unconfirmed = open.Where(order => order.Reason == Reason.ConfirmationRequired).Select(order => order.Id).ToArray();
            if (unconfirmed.Length > 0)
            {
                unfit.UnionWith(unconfirmed);
                continue;
            }

            if (batch.New.Count > 0)
            {
                try
                {
                    Book(batch.New, await database.PostAsync(LedgerWrite.Of(_chain, batch.New, accounts, today), cancellationToken));
                }
                catch (LedgerFenceException exception) when (exception.Fence == LedgerFence.TransferDecided)
                {
                    if (await BeforeCommit(() => LearnAsync([.. batch.New.Select(transfer => transfer.Id)], cancellationToken)) > 0)
                        continue;
                    break;
                }
                catch (LedgerFenceException exception) when (exception.Fence != LedgerFence.SiloEnded)
                {
                    foreach (var id in accounts.Keys)
                        cache.Remove(id);
                    var conflict = exception.Fence == LedgerFence.AccountChanged;
                    return (conflict ? ShortWay.Conflict : ShortWay.NotFit, new PostedBatch(decisions, 0));
                }

                Remember(batch, accounts.Values);
            }

            for (var i = 0; i < places.Count; i++)
                decisions[places[i]] = batch.Decisions[i];
            var queues = batch.New.Count > 0 ? LedgerEventQueues.Of(accounts.Values) : 0;
            return (places.Count == orders.Count ? ShortWay.Posted : ShortWay.NotFit, new PostedBatch(decisions, queues));
        }

        return (ShortWay.NotFit, new PostedBatch(decisions, 0));
    }

    /// <summary>
    /// Posts a batch on locked rows. When it returns, the outcome is durable. When it throws, <see cref="LedgerFailure"/> says whether the
    /// outcome is known, and posting the same orders again settles it.
    /// </summary>
    public async Task<PostedBatch> PostAsync(IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken)
    {
        if (_chain == 0)
            _chain = await BeforeCommit(() => database.OpenChainAsync(cancellationToken));

        await using var transaction = await BeforeCommit(() => database.BeginAsync(cancellationToken));
        var (batch, accounts, record) = await BeforeCommit(() => WriteAsync(transaction, orders, cancellationToken));
        await transaction.CommitAsync(cancellationToken);

        _businessDate = record.BusinessDate;
        foreach (var known in record.Recorded.Values)
            cache.AddRead(known);
        if (batch.New.Count > 0)
        {
            Remember(batch, accounts.Values);
            return new PostedBatch(batch.Decisions, LedgerEventQueues.Of(accounts.Values));
        }

        // What is remembered may be older than what was just found booked.
        foreach (var account in accounts.Values)
            cache.Add(account.Before);
        return new PostedBatch(batch.Decisions, 0);
    }

    /// <summary>
    /// Goes the long way once, with accounts that do not exist, and writes nothing. What a program does for the first time takes most of a
    /// second, and a batch would hold its accounts for so long; other silos would refuse orders on them.
    /// </summary>
    public async Task RehearseAsync(CancellationToken cancellationToken)
    {
        _chain = await database.OpenChainAsync(cancellationToken);
        await using var rehearsal = new RehearsalTransaction(await database.BeginAsync(cancellationToken), time.GetUtcNow());
        try
        {
            await WriteAsync(rehearsal, rehearsal.Orders, cancellationToken);
            throw new InvalidOperationException("A rehearsed batch came to no fence.");
        }
        catch (LedgerFenceException exception) when (exception.Fence == LedgerFence.AccountChanged)
        {
            // It has come as far as it can.
        }
    }

    private async Task<(BatchDecision Batch, Dictionary<long, LockedAccount> Accounts, LedgerRecord Record)> WriteAsync(
        ILedgerTransaction transaction, IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken)
    {
        var ids = TransferOrder.AccountIdsOf(orders);
        var states = await transaction.LockAsync(ids, cancellationToken);
        RequireAll(states, ids);
        var accounts = states.ToDictionary(state => state.Id, state => new LockedAccount(state));
        var lastBooking = states.Max(state => state.BookedAt);
        var record = await transaction.ReadRecordAsync(orders, lastBooking > _bookedAt ? lastBooking : _bookedAt, cancellationToken);
        var batch = LedgerRules.Decide(
            new LedgerView(accounts, record.Recorded, record.Settled, record.Now, record.BusinessDate, record.Today, payments.Value),
            orders);
        if (batch.New.Count > 0)
            Book(batch.New, await transaction.WriteAsync(LedgerWrite.Of(_chain, batch.New, accounts, record.Today), cancellationToken));
        return (batch, accounts, record);
    }

    /// <summary>The places of the orders that fit the short way: not those that do not, nor any behind one on the same accounts.</summary>
    private static List<int> FindFit(IReadOnlyList<TransferOrder> orders, HashSet<TransferId> unfit)
    {
        var places = new List<int>(orders.Count);
        var behind = new HashSet<long>();
        for (var i = 0; i < orders.Count; i++)
        {
            if (unfit.Contains(orders[i].Id) || orders[i].TouchesAny(behind))
                orders[i].AddAccountIdsTo(behind);
            else
                places.Add(i);
        }

        return places;
    }

    /// <summary>Accounts as they are remembered, or else as they are.</summary>
    private async Task<List<AccountState>> FindAccountsAsync(long[] ids, CancellationToken cancellationToken)
    {
        var states = new List<AccountState>(ids.Length);
        List<long>? missing = null;
        foreach (var id in ids)
        {
            if (cache.FindAccount(id) is { } state)
                states.Add(state);
            else
                (missing ??= []).Add(id);
        }

        if (missing is not null)
        {
            foreach (var state in await database.ReadAccountsAsync(missing, cancellationToken))
            {
                cache.Add(state);
                states.Add(state);
            }

            RequireAll(states, ids);
        }

        return states;
    }

    /// <summary>Remembers what is recorded under ids, and gives how many are.</summary>
    private async Task<int> LearnAsync(TransferId[] ids, CancellationToken cancellationToken)
    {
        var recorded = await database.FindAsync(ids, cancellationToken);
        foreach (var transfer in recorded)
            cache.AddRead(transfer);
        return recorded.Count;
    }

    private void Remember(BatchDecision batch, IEnumerable<LockedAccount> accounts)
    {
        cache.AddCommitted(accounts, batch.New);
        foreach (var transfer in batch.New)
        {
            if (transfer.Approval is { } approval)
                LedgerMetrics.CountApproval(approval);
        }
    }

    private void Book(IReadOnlyList<RecordedTransfer> transfers, DateTimeOffset bookedAt)
    {
        _bookedAt = bookedAt.UtcDateTime;
        foreach (var transfer in transfers)
            transfer.BookedAt = bookedAt;
    }

    /// <summary>What comes before anything can be committed: however it fails, nothing was.</summary>
    private static async Task<T> BeforeCommit<T>(Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception exception) when (!LedgerFailure.ProvesNothingWritten(exception))
        {
            throw new NothingWrittenException(exception);
        }
    }

    private static void RequireAll(IReadOnlyList<AccountState> states, long[] ids)
    {
        if (states.Count != ids.Length)
            throw new InvalidOperationException(
                $"{ids.Length - states.Count} accounts of a batch do not exist; accounts are never deleted.");
    }
}
