namespace BktSmart.Ledger;

/// <summary>
/// The rules of the ledger: a pure function from the state of accounts, known transfers and a batch of orders to decisions. Each order sees
/// the effect of those before it. The checks go in a fixed order, the table of <c>docs/ledger.md</c>, and the first that fails is the
/// answer:
/// <list type="number">
/// <item>the id is known: the original outcome, or <see cref="Reason.TransferIdReused"/> with the first differing field;</item>
/// <item>the order makes no sense (<see cref="Nonsense"/>): refused, and nothing is recorded;</item>
/// <item>its last moment has passed: refused, and nothing is recorded;</item>
/// <item>it only settles its id: recorded as abandoned;</item>
/// <item>what it is about is settled already, or over (<see cref="Unsettleable"/>): recorded, like all that follows, so that a retry can
/// never turn "refused" into "paid";</item>
/// <item>leg by leg, the accounts (<see cref="RefuseLeg"/>);</item>
/// <item>an order of a customer that needs an FNP has none: refused, and nothing is recorded, so that it can come again with one.</item>
/// </list>
/// </summary>
internal static class LedgerRules
{
    public static BatchDecision Decide(LedgerView view, IReadOnlyList<TransferOrder> orders)
    {
        var decisions = new List<Decision>(orders.Count);
        var news = new Dictionary<TransferId, RecordedTransfer>(orders.Count);
        Dictionary<TransferId, TransferKind>? settledHere = null;
        foreach (var order in orders)
        {
            if (Find(order.Id) is { } known)
            {
                decisions.Add(DifferingField(known.Order, order) is { } field
                    ? new Decision(null, new Refusal(Reason.TransferIdReused, field))
                    : new Decision(known, known.Answer));
                continue;
            }

            var related = order.RelatedId is { } relatedId ? Find(relatedId) : null;
            if (Nonsense(view, order, related) is { } nonsense)
            {
                decisions.Add(new Decision(null, nonsense));
                continue;
            }

            if (order.Terms.LastMoment <= view.Now)
            {
                decisions.Add(new Decision(null, new Refusal(Reason.OrderTooLate)));
                continue;
            }

            if (Record(view, order, related, SettledBy(order.RelatedId)) is not { } transfer)
            {
                decisions.Add(new Decision(null, new Refusal(Reason.ConfirmationRequired)));
                continue;
            }

            news.Add(order.Id, transfer);
            if (transfer.Settles)
                (settledHere ??= []).Add(order.RelatedId!.Value, order.Kind);
            decisions.Add(new Decision(transfer, transfer.Answer));
        }

        return new BatchDecision(decisions, [.. news.Values]);

        RecordedTransfer? Find(TransferId id) => view.Recorded.TryGetValue(id, out var found) ? found : news.GetValueOrDefault(id);

        TransferKind? SettledBy(TransferId? id) =>
            id is not { } about ? null
            : view.Settled.TryGetValue(about, out var kind) ? kind
            : settledHere?.TryGetValue(about, out kind) == true ? kind
            : null;
    }

    /// <summary>The first field, by its name in the API, in which an order differs from the one that is recorded under its id.</summary>
    private static string? DifferingField(TransferOrder known, TransferOrder order)
    {
        if (known.Kind != order.Kind || known.Originator.Kind != order.Originator.Kind)
            return "transfer_id";
        // Before all that follows: the id of another account's transfer tells nothing more about that transfer.
        if (known.RelatedId != order.RelatedId)
            return order.Kind == TransferKind.Reversal ? "transfer" : "hold";
        if (known.OrderingAccountId != order.OrderingAccountId)
        {
            return order.Kind switch
            {
                TransferKind.Payment => "source_account",
                TransferKind.CashDeposit or TransferKind.CashWithdrawal => "account",
                TransferKind.Hold => "leg",
                _ => "legs",
            };
        }

        var legs = order.Kind is TransferKind.Bookkeeping or TransferKind.Exchange;
        if (known.Amount != order.Amount)
            return legs ? "legs" : "amount";
        if (known.DebitAccountId != order.DebitAccountId || known.CreditAccountId != order.CreditAccountId)
            return legs ? "legs" : order.Kind == TransferKind.Hold ? "leg" : "payee_iban";
        if (!known.FurtherLegs.SequenceEqual(order.FurtherLegs))
            return "legs";
        if (known.ExpiresAt != order.ExpiresAt)
            return "expire_time";
        if (known.ExchangeRate != order.ExchangeRate)
            return "exchange_rate";
        return string.Equals(known.Reference, order.Reference, StringComparison.Ordinal) ? null : "reference";
    }

    /// <summary>What no change of any balance could make right.</summary>
    private static Refusal? Nonsense(LedgerView view, TransferOrder order, RecordedTransfer? related)
    {
        var singular = order.FurtherLegs.Length == 0;
        if (NonsenseOfLeg(
            view, order.Kind, order.DebitAccountId, order.CreditAccountId, order.Amount, singular ? null : "legs[0]") is { } first)
            return first;
        for (var i = 0; i < order.FurtherLegs.Length; i++)
        {
            var leg = order.FurtherLegs[i];
            if (NonsenseOfLeg(view, order.Kind, leg.DebitAccountId, leg.CreditAccountId, leg.Amount, $"legs[{i + 1}]") is { } further)
                return further;
        }

        if (order.Terms.SettleOnly)
            return null;
        switch (order.Kind)
        {
            case TransferKind.Hold when order.ExpiresAt is not { } end || end <= view.Now || end > view.Now + HoldCommand.LifetimeMax:
                return new Refusal(Reason.HoldExpiryInvalid, "expire_time");
            case { EndsHold: true }
                when related is null || related.Order.Kind != TransferKind.Hold || related.Refusal is not null
                    || !SameAccounts(related.Order, order):
                return new Refusal(Reason.HoldNotFound, "hold");
            case TransferKind.HoldExpiry when related!.Order.ExpiresAt > view.Now:
                return new Refusal(Reason.HoldExpiryInvalid, "hold");
            case TransferKind.Reversal when related is null:
                return new Refusal(Reason.TransferNotFound, "transfer");
            default:
                return null;
        }
    }

    /// <summary>
    /// Whether there is no payee, or one with an account in another currency, is for nobody to know who pays: it is the same answer as that
    /// of a payee who cannot receive.
    /// </summary>
    private static Refusal? NonsenseOfLeg(LedgerView view, TransferKind kind, long debit, long? credit, Money amount, string? leg)
    {
        if (amount.Minor <= 0)
            return new Refusal(Reason.AmountNotPositive, leg ?? "amount");
        if (amount.Minor > Money.MaxTransferMinor)
            return new Refusal(Reason.AmountTooLarge, leg ?? "amount");
        if (credit == debit)
            return new Refusal(Reason.SameAccount, leg ?? "payee_iban");
        if (view.Accounts[debit].Before.Currency != amount.Currency)
            return new Refusal(Reason.CurrencyMismatch, leg ?? "amount");
        if (credit is not { } creditAccountId)
            return new Refusal(Reason.PayeeCannotReceive, leg ?? "payee_iban");
        if (view.Accounts[creditAccountId].Before.Currency == amount.Currency)
            return null;
        return kind == TransferKind.Payment
            ? new Refusal(Reason.PayeeCannotReceive, leg ?? "payee_iban")
            : new Refusal(Reason.CurrencyMismatch, leg ?? "amount");
    }

    private static bool SameAccounts(TransferOrder one, TransferOrder other) =>
        one.DebitAccountId == other.DebitAccountId && one.CreditAccountId == other.CreditAccountId
            && one.Amount.Currency == other.Amount.Currency;

    /// <returns>Null for an order that must be confirmed first.</returns>
    private static RecordedTransfer? Record(LedgerView view, TransferOrder order, RecordedTransfer? related, TransferKind? settledBy)
    {
        if (order.Terms.SettleOnly)
            return Refused(view, order, Reason.Abandoned);
        if (Unsettleable(view, order, related, settledBy) is { } unsettleable)
            return Refused(view, order, unsettleable);

        var debit = view.Accounts[order.DebitAccountId];
        var held = order.Kind.EndsHold ? related!.Order.Amount.Minor : 0;
        if (order.Kind.OnlyFrees)
        {
            debit.Hold(-held);
            return new RecordedTransfer(order, null, null, default, [], debit.Standing, view.BusinessDate);
        }

        var legs = order.AllLegs();
        var before = Array.ConvertAll(legs, leg => (Debit: view.Accounts[leg.DebitAccountId].Standing,
            Credit: view.Accounts[leg.CreditAccountId].Standing));
        var spent = new Dictionary<LockedAccount, long>(order.Originator.IsCustomer ? 1 : 0);
        var effects = new LegEffect[legs.Length];
        for (var i = 0; i < legs.Length; i++)
        {
            var leg = legs[i];
            if (RefuseLeg(view, order, leg, i == 0, held, spent) is var (reason, exceeded))
            {
                Restore();
                return Refused(view, order, reason, legs.Length == 1 ? null : i, exceeded);
            }

            if (order.Kind == TransferKind.Hold)
                debit.Hold(leg.Amount.Minor);
            else
                effects[i] = Post(view, leg.DebitAccountId, leg.CreditAccountId, leg.Amount.Minor, held);
            held = 0;
        }

        PaymentApproval? approval = null;
        if (order.Originator.IsCustomer)
        {
            approval = PaymentRules.Approve(view, order, legs, spent);
            if (approval is not { } approved)
            {
                Restore();
                return null;
            }

            foreach (var (account, spentMinor) in spent)
                account.Count(PaymentRules.Count(account, spentMinor, approved, view.Today));
        }

        return new RecordedTransfer(
            order, null, null, effects[0], effects[1..], order.Kind == TransferKind.Hold ? debit.Standing : null, view.BusinessDate)
        {
            Approval = approval,
        };

        // All standings are from before the first leg, so the order does not matter.
        void Restore()
        {
            for (var i = 0; i < legs.Length; i++)
            {
                view.Accounts[legs[i].DebitAccountId].Restore(before[i].Debit);
                view.Accounts[legs[i].CreditAccountId].Restore(before[i].Credit);
            }
        }
    }

    private static RecordedTransfer Refused(
        LedgerView view, TransferOrder order, Reason reason, int? leg = null, LimitRoom? exceeded = null) =>
        new(order, reason, leg, default, [], null, view.BusinessDate) { Exceeded = exceeded };

    /// <summary>Why an order about another transfer comes too late, or asks for too much of it.</summary>
    private static Reason? Unsettleable(LedgerView view, TransferOrder order, RecordedTransfer? related, TransferKind? settledBy)
    {
        switch (order.Kind)
        {
            case { EndsHold: true }:
                return settledBy switch
                {
                    TransferKind.HoldPosting => Reason.HoldAlreadyPosted,
                    TransferKind.HoldRelease => Reason.HoldAlreadyReleased,
                    TransferKind.HoldExpiry => Reason.HoldExpired,
                    _ when order.Kind != TransferKind.HoldExpiry && related!.Order.ExpiresAt <= view.Now => Reason.HoldExpired,
                    _ when order.Amount.Minor > related!.Order.Amount.Minor => Reason.HoldAmountExceeded,
                    _ => null,
                };
            case TransferKind.Reversal:
                // What never changes goes first: an order that names other accounts has not locked those on which the transfer may be
                // reversed at the same time.
                return !related!.HasPostings || related.Order.Kind == TransferKind.Reversal || !Mirrors(order, related.Order)
                    ? Reason.ReversalNotPossible
                    : settledBy == TransferKind.Reversal ? Reason.AlreadyReversed
                    : null;
            default:
                return null;
        }
    }

    /// <summary>The legs of what is reversed, last first, with debtor and creditor changed about.</summary>
    public static IReadOnlyList<FurtherLeg> MirrorOf(TransferOrder order) =>
        [.. order.AllLegs().Reverse().Select(leg => new FurtherLeg(leg.CreditAccountId, leg.DebitAccountId, leg.Amount))];

    private static bool Mirrors(TransferOrder order, TransferOrder reversed) => MirrorOf(reversed).SequenceEqual(order.AllLegs());

    /// <param name="freed">What the same order frees of what is held on the debtor's account.</param>
    /// <param name="spent">What the order of a customer takes from its accounts to others, by the legs before; this one is added.</param>
    private static (Reason Reason, LimitRoom? Exceeded)? RefuseLeg(
        LedgerView view, TransferOrder order, FurtherLeg leg, bool isFirst, long freed, Dictionary<LockedAccount, long> spent)
    {
        var (debit, credit) = (view.Accounts[leg.DebitAccountId], view.Accounts[leg.CreditAccountId]);
        var amountMinor = leg.Amount.Minor;
        // First, as where there is no payee at all.
        if (credit.Before.Closed || credit.Before.Freeze.HasFlag(AccountFreeze.Credits)
            || (order.Kind == TransferKind.Payment && isFirst && credit.Before.CustomerNumber is null))
            return (Reason.PayeeCannotReceive, null);
        if (debit.Before.Freeze.HasFlag(AccountFreeze.Debits))
            return (Reason.AccountFrozen, null);
        if (debit.Before.Closed)
            return (Reason.AccountClosed, null);
        if (order.Originator.IsCustomer && !PaymentRules.IsOwn(debit, credit))
        {
            spent[debit] = spent.GetValueOrDefault(debit) + amountMinor;
            if (PaymentRules.ExceededLimit(debit, spent[debit], view.Today, view.Payments) is { } limit)
                return limit;
        }

        if (debit.Before.FloorMinor is { } floor && debit.AvailableMinor + freed - amountMinor < floor)
            return (Reason.InsufficientFunds, null);
        if ((Int128)credit.BalanceMinor + amountMinor > long.MaxValue || debit.AvailableMinor + freed - amountMinor < long.MinValue
            || (order.Kind == TransferKind.Hold && (Int128)debit.HeldMinor + amountMinor > long.MaxValue))
            return (Reason.BalanceOverflow, null);
        return null;
    }

    private static LegEffect Post(LedgerView view, long debitId, long creditId, long amountMinor, long freed)
    {
        var (debit, credit) = (view.Accounts[debitId], view.Accounts[creditId]);
        if (freed > 0)
            debit.Hold(-freed);
        debit.Post(-amountMinor);
        credit.Post(amountMinor);
        return new LegEffect(
            debit.SequenceNumber, debit.BalanceMinor, debit.HeldMinor, credit.SequenceNumber, credit.BalanceMinor, credit.HeldMinor);
    }
}
