using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>Reads of the ledger that are answered from what this silo remembers, where that will do.</summary>
internal sealed class LedgerReader(
    LedgerStore store, LedgerCache cache, BalanceAge age, TimeProvider time, IOptions<PaymentOptions> payments)
{
    /// <summary>What is recorded under an id, whoever ordered it. It never changes, so a remembered one is as good.</summary>
    public async ValueTask<RecordedTransfer?> FindAsync(TransferId id, CancellationToken cancellationToken)
    {
        if (cache.FindOutcome(id) is { } known)
            return known;
        var found = await store.FindAsync(id, cancellationToken);
        if (found is not null)
            cache.AddRead(found);
        return found;
    }

    /// <summary>An account as it is remembered, where that is young enough, or else as it is.</summary>
    public async ValueTask<AccountState> ReadAccountAsync(long id, CancellationToken cancellationToken)
    {
        if (cache.FindAccount(id) is { } known && age.IsYoungEnough(known.SeenAt))
            return known;
        return (await ReadAccountsAsync([id], cancellationToken)) is [var state]
            ? state
            : throw new InvalidOperationException("An account is gone; accounts are never deleted.");
    }

    /// <summary>Accounts as they are, all at one point in the order of commits.</summary>
    public async Task<IReadOnlyList<AccountState>> ReadAccountsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var states = await store.ReadAccountsAsync(ids, cancellationToken);
        foreach (var state in states)
            cache.Add(state);
        return states;
    }

    /// <summary>Why a payment would be refused if it were ordered now; null when it would be booked, or is. Decides nothing.</summary>
    public async Task<Refusal?> ForeseeAsync(TransferOrder payment, CancellationToken cancellationToken) =>
        LedgerRules.Decide(await ViewAsync(payment, cancellationToken), [payment]).Decisions[0].Refusal;

    /// <summary>What a payment would do if it were ordered now, or why it would be refused. Decides nothing.</summary>
    public async Task<Result<PaymentQuote>> QuoteAsync(TransferOrder payment, CancellationToken cancellationToken) =>
        PaymentRules.Quote(await ViewAsync(payment, cancellationToken), payment);

    private async Task<LedgerView> ViewAsync(TransferOrder payment, CancellationToken cancellationToken)
    {
        var ids = payment.CreditAccountId is { } credit ? new[] { payment.DebitAccountId, credit } : [payment.DebitAccountId];
        var accounts = (await ReadAccountsAsync([.. ids.Distinct()], cancellationToken)).ToDictionary(
            state => state.Id, state => new LockedAccount(state));
        var recorded = new Dictionary<TransferId, RecordedTransfer>();
        if (await FindAsync(payment.Id, cancellationToken) is { } known)
            recorded.Add(known.Id, known);
        return new LedgerView(
            accounts, recorded, new Dictionary<TransferId, TransferKind>(), time.GetUtcNow(), default, BankTime.Today(time),
            payments.Value);
    }

    /// <summary>Remembers an account whose terms were changed, and gives it back.</summary>
    public AccountState Remember(AccountState changed)
    {
        cache.Add(changed);
        return changed;
    }
}
