using BktSmart.Answers;

namespace BktSmart.Ledger;

/// <summary>A transfer as the ledger sees it: accounts by their internal ids.</summary>
/// <param name="CreditAccountId">Null where no such account exists.</param>
/// <param name="Staff">Who of the staff gave the order; null for the customer.</param>
internal sealed record TransferOrder(
    TransferId Id, TransferKind Kind, long DebitAccountId, long? CreditAccountId, Money Amount, string Reference, string? Staff);

/// <summary>What the ledger decided under a transfer id, for ever: a row of <c>bank.transfer</c> with the balances of its postings.</summary>
/// <param name="Refusal">Null for a booked transfer; then the sequence numbers and balances are those of its two postings.</param>
internal sealed record RecordedTransfer(
    TransferId Id,
    TransferKind Kind,
    long DebitAccountId,
    long CreditAccountId,
    Money Amount,
    string Reference,
    string? Staff,
    Reason? Refusal,
    long DebitSequence,
    long DebitBalanceAfterMinor,
    long CreditSequence,
    long CreditBalanceAfterMinor,
    DateTimeOffset BookedAt,
    DateOnly BusinessDate);

/// <summary>An account, locked by the transaction that decides. <see cref="LedgerRules.Decide"/> moves balance and sequence number on.</summary>
internal sealed class LockedAccount(long id, Currency currency, int? customerNumber, long? floorMinor, long balanceMinor, long sequenceNumber)
{
    public long Id { get; } = id;
    public Currency Currency { get; } = currency;

    /// <summary>Null for an account of the bank.</summary>
    public int? CustomerNumber { get; } = customerNumber;

    /// <summary>The lowest balance that a debit may leave; null for none.</summary>
    public long? FloorMinor { get; } = floorMinor;
    public long BalanceMinor { get; private set; } = balanceMinor;
    public long SequenceNumber { get; private set; } = sequenceNumber;

    public void Post(long amountMinor)
    {
        BalanceMinor += amountMinor;
        SequenceNumber++;
    }
}

/// <summary>The ledger's answer to one order: what is recorded under its id (now or long ago), or a refusal that leaves no record.</summary>
internal readonly record struct Decision(RecordedTransfer? Recorded, Refusal? Refusal);

/// <summary>What a batch comes to. <see cref="New"/> is what must be written; decisions are in the order of the orders.</summary>
internal sealed record BatchDecision(IReadOnlyList<Decision> Decisions, IReadOnlyList<RecordedTransfer> New);

/// <summary>
/// The rules of the ledger: a pure function from locked accounts, known transfers and a batch of orders to decisions. Each order sees the effect of those before it. The
/// checks go in a fixed order, and the first that fails is the answer:
/// <list type="number">
/// <item>the id is known: the original outcome, or <see cref="Reason.TransferIdReused"/> with the first differing field;</item>
/// <item><see cref="Reason.SameAccount"/>, <see cref="Reason.PayeeAccountNotFound"/>, <see cref="Reason.CurrencyMismatch"/>: the order makes no sense, and nothing is recorded;</item>
/// <item><see cref="Reason.BalanceOverflow"/>, <see cref="Reason.InsufficientFunds"/>: recorded, so that a retry can never turn "refused" into "paid".</item>
/// </list>
/// </summary>
internal static class LedgerRules
{
    public static BatchDecision Decide(
        IReadOnlyDictionary<long, LockedAccount> accounts,
        IReadOnlyDictionary<TransferId, RecordedTransfer> recorded,
        IReadOnlyList<TransferOrder> orders,
        DateTimeOffset bookedAt,
        DateOnly businessDate)
    {
        var decisions = new List<Decision>(orders.Count);
        var news = new Dictionary<TransferId, RecordedTransfer>();
        foreach (var order in orders)
        {
            if (recorded.TryGetValue(order.Id, out var known) || news.TryGetValue(order.Id, out known))
            {
                decisions.Add(DifferingField(known, order) is { } field
                    ? new Decision(null, new Refusal(Reason.TransferIdReused, field))
                    : new Decision(known, known.Refusal is { } reason ? new Refusal(reason) : null));
                continue;
            }

            if (Nonsense(accounts, order) is { } nonsense)
            {
                decisions.Add(new Decision(null, nonsense));
                continue;
            }

            var transfer = Book(accounts[order.DebitAccountId], accounts[order.CreditAccountId!.Value], order, bookedAt, businessDate);
            news.Add(order.Id, transfer);
            decisions.Add(new Decision(transfer, transfer.Refusal is { } refusal ? new Refusal(refusal) : null));
        }

        return new BatchDecision(decisions, [.. news.Values]);
    }

    /// <summary>The first field, by its name in the API, in which an order differs from what is recorded under its id.</summary>
    private static string? DifferingField(RecordedTransfer known, TransferOrder order)
    {
        if (known.Kind != order.Kind)
            return "transfer_id";
        // Before all that follows: the id of another account's transfer tells nothing more about that transfer.
        if (Ordering(known.Kind, known.DebitAccountId, known.CreditAccountId) != Ordering(order.Kind, order.DebitAccountId, order.CreditAccountId))
            return order.Kind == TransferKind.Payment ? "source_account" : "account";
        if (known.Amount != order.Amount)
            return "amount";
        if (known.DebitAccountId != order.DebitAccountId || known.CreditAccountId != order.CreditAccountId)
            return "payee_iban";
        return string.Equals(known.Reference, order.Reference, StringComparison.Ordinal) ? null : "reference";
    }

    /// <summary>The account that gives the order: the debtor, or of a cash deposit the creditor.</summary>
    private static long? Ordering(TransferKind kind, long debit, long? credit) => kind == TransferKind.CashDeposit ? credit : debit;

    private static Refusal? Nonsense(IReadOnlyDictionary<long, LockedAccount> accounts, TransferOrder order)
    {
        if (order.CreditAccountId == order.DebitAccountId)
            return new Refusal(Reason.SameAccount, "payee_iban");
        if (order.CreditAccountId is not { } creditAccountId)
            return new Refusal(Reason.PayeeAccountNotFound, "payee_iban");
        if (accounts[order.DebitAccountId].Currency != order.Amount.Currency || accounts[creditAccountId].Currency != order.Amount.Currency)
            return new Refusal(Reason.CurrencyMismatch, "amount");
        return null;
    }

    private static RecordedTransfer Book(
        LockedAccount debit, LockedAccount credit, TransferOrder order, DateTimeOffset bookedAt, DateOnly businessDate)
    {
        var refusal = Refuse(debit, credit, order.Amount.Minor);
        if (refusal is null)
        {
            debit.Post(-order.Amount.Minor);
            credit.Post(order.Amount.Minor);
        }

        var booked = refusal is null;
        return new RecordedTransfer(
            order.Id, order.Kind, debit.Id, credit.Id, order.Amount, order.Reference, order.Staff, refusal,
            booked ? debit.SequenceNumber : 0, booked ? debit.BalanceMinor : 0,
            booked ? credit.SequenceNumber : 0, booked ? credit.BalanceMinor : 0,
            bookedAt, businessDate);
    }

    private static Reason? Refuse(LockedAccount debit, LockedAccount credit, long amountMinor)
    {
        if (credit.BalanceMinor > long.MaxValue - amountMinor || debit.BalanceMinor < long.MinValue + amountMinor)
            return Reason.BalanceOverflow;
        if (debit.FloorMinor is { } floor && debit.BalanceMinor - amountMinor < floor)
            return Reason.InsufficientFunds;
        return null;
    }
}
