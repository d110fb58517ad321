using BktSmart.Customers;
using BktSmart.Ledger;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>An account of the model: its terms, its balance, and what was held on it before the model began.</summary>
/// <param name="Customer">Null for an account of the bank.</param>
internal sealed record ModelAccount(
    long Id, Currency Currency, int? Customer, decimal? Floor, AccountFreeze Freeze, bool Closed,
    decimal Balance, decimal HeldBefore, decimal Sequence)
{
    public PaymentLimits? Limits { get; init; }

    public NextPaymentLimits? NextLimits { get; init; }

    public IReadOnlyList<long> Trusted { get; init; } = [];

    public DateOnly? RiskUntil { get; init; }

    /// <summary>Goes with the account through all its changes.</summary>
    public ModelPayments Payments { get; init; } = new();
}

internal readonly record struct ModelPosting(long Account, decimal Sequence, decimal Balance, decimal Held);

/// <param name="Wrong">
/// All checks that the order failed, in their order, with the leg; the first is the answer. Of a leg after the first, only that of the
/// first failing leg.
/// </param>
/// <param name="Postings">Debit and credit, leg by leg.</param>
/// <param name="Standing">Of the ordering account, where nothing was posted.</param>
internal sealed record ModelAnswer(
    TransferOrder Order, IReadOnlyList<(Check Check, int Leg)> Wrong, string? Field,
    IReadOnlyList<ModelPosting> Postings, ModelPosting? Standing, bool IsRepeat)
{
    public PaymentApproval? Approval { get; init; }

    public Check? Check => Wrong.Count == 0 ? null : Wrong[0].Check;

    public Reason? Reason => Check?.Reason();

    public bool IsRecorded => Check is not { } check || check.IsRecorded();

    public override string ToString() =>
        $"{Order.Kind} {Order.Id}: {(Check is { } check ? $"{check} {Field}" : "done")} "
        + $"[{string.Join(' ', Postings)}] {Standing}{(IsRepeat ? " (again)" : "")}";
}

/// <summary>
/// The ledger as somebody would write it who never heard of batches: one order at a time, in big numbers, everything remembered. It finds
/// all that is wrong with an order and only then looks which comes first, so that it also tells which pairs of checks a test has met.
/// </summary>
internal sealed class LedgerModel
{
    private readonly Dictionary<long, ModelAccount> _accounts;
    private readonly Dictionary<TransferId, ModelAnswer> _answers = [];
    private readonly Dictionary<TransferId, TransferOrder> _openHolds = [];
    private readonly Dictionary<TransferId, TransferKind> _ended = [];

    private readonly PaymentOptions _payments;

    public LedgerModel(IEnumerable<ModelAccount> accounts, PaymentOptions payments) =>
        (_accounts, _payments) = (accounts.ToDictionary(account => account.Id), payments);

    /// <summary>For which payments are counted.</summary>
    public DateOnly Today { get; set; } = TestLedger.Today;

    public ICollection<ModelAccount> Accounts => _accounts.Values;

    /// <summary>The recorded answers, in their order.</summary>
    public List<ModelAnswer> History { get; } = [];

    public ModelAccount this[long id]
    {
        get => _accounts[id];
        set => _accounts[id] = value;
    }

    public bool Knows(TransferId id) => _answers.ContainsKey(id);

    public ModelAnswer? Find(TransferId id) => _answers.GetValueOrDefault(id);

    public decimal Held(long account) =>
        _accounts[account].HeldBefore
        + _openHolds.Values.Where(hold => hold.DebitAccountId == account).Sum(hold => (decimal)hold.Amount.Minor);

    public decimal Available(long account) => _accounts[account].Balance - Held(account);

    public decimal Total(Currency currency) =>
        _accounts.Values.Where(account => account.Currency == currency).Sum(account => account.Balance);

    public ModelAnswer Post(TransferOrder order, DateTimeOffset now)
    {
        if (_answers.TryGetValue(order.Id, out var earlier))
        {
            var wrong = Differences(earlier.Order, order).Select(check => (check, 0)).ToList();
            if (wrong.Count == 0)
                return earlier with { IsRepeat = true };
            // Wrong in other ways too; it does not matter any more.
            wrong.AddRange(Wrongs(order, now));
            return new ModelAnswer(order, wrong, FieldOf(wrong[0].Item1, order, 0), [], null, false);
        }

        var wrongs = AllWrongs(order, now);
        if (wrongs.Count > 0)
            return Refuse(order, wrongs);
        if (order.Kind is TransferKind.HoldRelease or TransferKind.HoldExpiry)
        {
            End(order);
            return Remember(new ModelAnswer(order, [], null, [], Standing(order.DebitAccountId), false));
        }

        if (order.Kind == TransferKind.Hold)
        {
            var allowed = Approve(order);
            _openHolds.Add(order.Id, order);
            return Remember(new ModelAnswer(order, [], null, [], Standing(order.DebitAccountId), false) { Approval = allowed });
        }

        var approval = Approve(order);
        if (order.Kind == TransferKind.HoldPosting)
            End(order);
        var postings = new List<ModelPosting>();
        foreach (var leg in LegsOf(order))
        {
            Move(leg);
            postings.Add(Standing(leg.DebitAccountId));
            postings.Add(Standing(leg.CreditAccountId!.Value));
        }

        if (order.Kind == TransferKind.Reversal)
            _ended[order.RelatedId!.Value] = order.Kind;
        return Remember(new ModelAnswer(order, [], null, postings, null, false) { Approval = approval });
    }

    private void Move((long DebitAccountId, long? CreditAccountId, Money Amount) leg)
    {
        var (debit, credit) = (_accounts[leg.DebitAccountId], _accounts[leg.CreditAccountId!.Value]);
        _accounts[debit.Id] = debit with { Balance = debit.Balance - leg.Amount.Minor, Sequence = debit.Sequence + 1 };
        _accounts[credit.Id] = credit with { Balance = credit.Balance + leg.Amount.Minor, Sequence = credit.Sequence + 1 };
    }

    /// <summary>What lets the order of a customer through; it is counted.</summary>
    private PaymentApproval? Approve(TransferOrder order)
    {
        if (!order.Originator.IsCustomer)
            return null;
        var approval = ApprovalOf(order)!.Value;
        foreach (var (account, amount) in ToOthers(order, order.FurtherLegs.Length))
            _accounts[account].Payments.Add(Today, (long)amount, approval);
        return approval;
    }

    /// <summary>Takes a recorded transfer for granted, without its effect on balances.</summary>
    public void Assume(RecordedTransfer recorded)
    {
        var wrong = recorded.Refusal is { } reason
            ? Checks.All.Where(check => check.Reason() == reason).Take(1).Select(check => (check, 0)).ToList()
            : [];
        ModelPosting[] postings = recorded.HasPostings
            ?
            [
                new(
                    recorded.Order.DebitAccountId, recorded.First.DebitSequence,
                    recorded.First.DebitBalanceAfter, recorded.First.DebitHeldAfter),
            ]
            : [];
        Remember(new ModelAnswer(recorded.Order, wrong, null, postings, null, false));
        if (recorded.Refusal is null && recorded.Order.Kind == TransferKind.Hold)
            _openHolds.Add(recorded.Id, recorded.Order);
        if (recorded.Settles)
            End(recorded.Order);
    }

    /// <summary>What brings the money of a transfer back: its legs turned round, from the last to the first.</summary>
    public static List<(long DebitAccountId, long? CreditAccountId, Money Amount)> Reversed(TransferOrder order)
    {
        var legs = LegsOf(order).Select(leg => (leg.CreditAccountId ?? 0, (long?)leg.DebitAccountId, leg.Amount)).ToList();
        legs.Reverse();
        return legs;
    }

    private ModelAnswer Refuse(TransferOrder order, IReadOnlyList<(Check Check, int Leg)> wrong)
    {
        var answer = new ModelAnswer(order, wrong, FieldOf(wrong[0].Check, order, wrong[0].Leg), [], null, false);
        return answer.IsRecorded ? Remember(answer) : answer;
    }

    private ModelAnswer Remember(ModelAnswer answer)
    {
        History.Add(answer);
        _answers.Add(answer.Order.Id, answer);
        return answer;
    }

    private void End(TransferOrder order)
    {
        _ended[order.RelatedId!.Value] = order.Kind;
        _openHolds.Remove(order.RelatedId.Value);
    }

    private ModelPosting Standing(long account) => new(account, _accounts[account].Sequence, _accounts[account].Balance, Held(account));

    private static List<(long DebitAccountId, long? CreditAccountId, Money Amount)> LegsOf(TransferOrder order) =>
        [
            (order.DebitAccountId, order.CreditAccountId, order.Amount),
            .. order.FurtherLegs.Select(leg => (leg.DebitAccountId, (long?)leg.CreditAccountId, leg.Amount)),
        ];

    private static IEnumerable<Check> Differences(TransferOrder was, TransferOrder order)
    {
        if (was.Kind != order.Kind || was.Originator.Kind != order.Originator.Kind)
            yield return Check.ReusedKind;
        if (!Equals(was.RelatedId, order.RelatedId))
            yield return Check.ReusedRelated;
        if (Giver(was) != Giver(order))
            yield return Check.ReusedOrderingAccount;
        if (was.Amount.Minor != order.Amount.Minor || was.Amount.Currency != order.Amount.Currency)
            yield return Check.ReusedAmount;
        if (Other(was) != Other(order))
            yield return Check.ReusedOtherAccount;
        if (!LegsOf(was).Skip(1).SequenceEqual(LegsOf(order).Skip(1)))
            yield return Check.ReusedLegs;
        if (was.ExpiresAt?.UtcTicks != order.ExpiresAt?.UtcTicks)
            yield return Check.ReusedExpiry;
        if (was.ExchangeRate != order.ExchangeRate)
            yield return Check.ReusedRate;
        if (was.Reference != order.Reference)
            yield return Check.ReusedReference;

        static long? Giver(TransferOrder order) => order.Kind == TransferKind.CashDeposit ? order.CreditAccountId : order.DebitAccountId;

        static long? Other(TransferOrder order) => order.Kind == TransferKind.CashDeposit ? order.DebitAccountId : order.CreditAccountId;
    }

    /// <summary>
    /// All that is wrong with an order under a new id as far as its first leg goes, or else with the first of its further legs where
    /// anything is, or else that it needs an FNP.
    /// </summary>
    public List<(Check Check, int Leg)> AllWrongs(TransferOrder order, DateTimeOffset now)
    {
        var wrong = Wrongs(order, now);
        if (wrong.Count > 0 || order.FurtherLegs.Length == 0)
            return wrong;
        var before = new Dictionary<long, ModelAccount>(_accounts);
        var legs = LegsOf(order);
        for (var i = 0; i < legs.Count && wrong.Count == 0; i++)
        {
            if (i > 0)
                wrong.AddRange(WrongsOfAccounts(order, i, 0).Select(check => (check, i)));
            Move(legs[i]);
        }

        foreach (var (id, account) in before)
            _accounts[id] = account;
        if (wrong.Count == 0 && order.Originator.IsCustomer && ApprovalOf(order) is null)
            wrong.Add((Check.ConfirmationRequired, 0));
        return wrong;
    }

    private List<(Check Check, int Leg)> Wrongs(TransferOrder order, DateTimeOffset now)
    {
        var wrong = new List<(Check, int)>();
        var legs = LegsOf(order);
        for (var i = 0; i < legs.Count; i++)
        {
            var leg = legs[i];
            Require(leg.Amount.Minor > 0, Check.AmountNotPositive, i);
            Require(leg.Amount.Minor <= 1_000_000_000_000_000, Check.AmountTooLarge, i);
            Require(leg.DebitAccountId != leg.CreditAccountId, Check.SameAccount, i);
            Require(_accounts[leg.DebitAccountId].Currency == leg.Amount.Currency, Check.DebtorOfOtherCurrency, i);
            Require(leg.CreditAccountId is not null, Check.NoPayee, i);
            Require(
                leg.CreditAccountId is not { } payee || _accounts[payee].Currency == leg.Amount.Currency,
                order.Kind == TransferKind.Payment ? Check.PayeeOfOtherCurrency : Check.CreditorOfOtherCurrency, i);
        }

        var related = order.RelatedId is { } id ? _answers.GetValueOrDefault(id) : null;
        TransferKind? ended = order.RelatedId is { } about && _ended.TryGetValue(about, out var kind) ? kind : null;
        var settles = order.Terms.SettleOnly;
        switch (order.Kind)
        {
            case TransferKind.Hold:
                Require(settles || (now < order.ExpiresAt && order.ExpiresAt <= now.AddDays(366)), Check.HoldExpiryInvalid);
                RequireTerms();
                break;
            case TransferKind.HoldPosting or TransferKind.HoldRelease or TransferKind.HoldExpiry:
                var hold = related is { Check: null, Order.Kind: TransferKind.Hold } ? related.Order : null;
                Require(
                    settles
                    || (hold is not null && hold.DebitAccountId == order.DebitAccountId && hold.CreditAccountId == order.CreditAccountId
                        && hold.Amount.Currency == order.Amount.Currency),
                    Check.HoldNotFound);
                if (order.Kind == TransferKind.HoldExpiry)
                    Require(settles || hold is null || hold.ExpiresAt <= now, Check.HoldNotOver);
                RequireTerms();
                Require(ended != TransferKind.HoldPosting, Check.HoldAlreadyPosted);
                Require(ended != TransferKind.HoldRelease, Check.HoldAlreadyReleased);
                Require(ended != TransferKind.HoldExpiry, Check.HoldAlreadyExpired);
                if (order.Kind != TransferKind.HoldExpiry)
                    Require(hold is null || hold.ExpiresAt > now, Check.HoldIsOver);
                Require(hold is null || order.Amount.Minor <= hold.Amount.Minor, Check.HoldAmountExceeded);
                break;
            case TransferKind.Reversal:
                Require(settles || related is not null, Check.TransferNotFound);
                RequireTerms();
                Require(
                    related is null
                    || (related.Postings.Count > 0
                        && related.Order.Kind != TransferKind.Reversal
                        && Reversed(related.Order).SequenceEqual(legs)),
                    Check.ReversalNotPossible);
                Require(ended != TransferKind.Reversal, Check.AlreadyReversed);
                break;
            default:
                RequireTerms();
                break;
        }

        if (order.Kind is not (TransferKind.HoldRelease or TransferKind.HoldExpiry))
        {
            var freed = order.RelatedId is { } end && _openHolds.TryGetValue(end, out var open) ? open.Amount.Minor : 0;
            wrong.AddRange(WrongsOfAccounts(order, 0, freed).Select(check => (check, 0)));
        }

        return wrong;

        void RequireTerms()
        {
            Require(now < order.Terms.LastMoment, Check.OrderTooLate);
            Require(!settles, Check.Abandoned);
        }

        void Require(bool right, Check check, int leg = 0)
        {
            if (!right)
                wrong.Add((check, leg));
        }
    }

    private IEnumerable<Check> WrongsOfAccounts(
        TransferOrder order, int number, decimal freed)
    {
        var leg = LegsOf(order)[number];
        var debit = _accounts[leg.DebitAccountId];
        var credit = leg.CreditAccountId is { } payee ? _accounts[payee] : null;
        var available = Available(debit.Id) + freed - leg.Amount.Minor;
        if (credit is not null
            && (credit.Closed || credit.Freeze is AccountFreeze.Credits or AccountFreeze.Both
                || (order.Kind == TransferKind.Payment && number == 0 && credit.Customer is null)))
        {
            yield return Check.PayeeCannotReceive;
        }

        if (debit.Freeze is AccountFreeze.Debits or AccountFreeze.Both)
            yield return Check.AccountFrozen;
        if (debit.Closed)
            yield return Check.AccountClosed;

        if (order.Originator.IsCustomer && credit is not null && !AreOfOne(debit, credit) && leg.Amount.Minor > 0)
        {
            var spent = ToOthers(order, number)[debit.Id];
            var bank = _payments.Amounts[debit.Currency.Code];
            var (payment, day, month) = debit.NextLimits is { } next && next.From <= Today ? Three(next.Limits)
                : debit.Limits is { } own ? Three(own)
                : (bank.PaymentLimitMinor, bank.DayLimitMinor, bank.MonthLimitMinor);
            if (spent > payment)
                yield return Check.PaymentLimitExceeded;
            if (debit.Payments.OnDay(Today) + spent > day)
                yield return Check.DailyLimitExceeded;
            if (debit.Payments.InMonth(Today) + spent > month)
                yield return Check.MonthlyLimitExceeded;
        }

        if (leg.Amount.Minor > 0 && available < debit.Floor)
            yield return Check.InsufficientFunds;
        if (leg.Amount.Minor > 0
            && (credit?.Balance + leg.Amount.Minor > long.MaxValue || available < long.MinValue
                || (order.Kind == TransferKind.Hold && Held(debit.Id) + leg.Amount.Minor > long.MaxValue)))
        {
            yield return Check.BalanceOverflow;
        }

        if (order.Originator.IsCustomer && order.FurtherLegs.Length == 0 && credit is not null && ApprovalOf(order) is null)
            yield return Check.ConfirmationRequired;

        static (decimal Payment, decimal Day, decimal Month) Three(PaymentLimits limits) =>
            (limits.PaymentMinor, limits.DayMinor, limits.MonthMinor);
    }

    private static bool AreOfOne(ModelAccount one, ModelAccount other) => one.Customer is not null && one.Customer == other.Customer;

    private PaymentApproval? ApprovalOf(TransferOrder order)
    {
        var inAdvance = order.Originator == Originator.StandingOrder;
        if (!order.Confirmed && !inAdvance && LegsOf(order).Any(leg => _accounts[leg.DebitAccountId].RiskUntil > Today))
            return null;
        var spent = ToOthers(order, order.FurtherLegs.Length);
        if (spent.Count == 0)
            return PaymentApproval.OwnAccount;
        if (order.Confirmed)
            return PaymentApproval.Fnp;
        if (inAdvance)
            return PaymentApproval.StandingOrder;
        var payees = LegsOf(order)
            .Select(leg => (Payer: _accounts[leg.DebitAccountId], Payee: _accounts[leg.CreditAccountId!.Value]))
            .Where(leg => leg.Payee.Customer is not null && !AreOfOne(leg.Payer, leg.Payee)).ToList();
        if (payees.Count > 0 && payees.TrueForAll(leg => leg.Payer.Trusted.Contains(leg.Payee.Id)))
            return PaymentApproval.TrustedPayee;
        return spent.All(one => IsLow(_accounts[one.Key], one.Value)) ? PaymentApproval.LowValue : null;
    }

    private bool IsLow(ModelAccount debit, decimal amount)
    {
        var (count, sum) = debit.Payments.Unconfirmed();
        var bank = _payments.Amounts[debit.Currency.Code];
        return amount <= bank.LowValueMinor && count + 1 <= _payments.LowValueCountMax && sum + amount <= bank.LowValueSumMinor;
    }

    /// <summary>What an order takes from each account to others, up to a leg.</summary>
    private Dictionary<long, decimal> ToOthers(TransferOrder order, int last) =>
        LegsOf(order).Take(last + 1)
            .Where(leg => leg.CreditAccountId is { } payee && !AreOfOne(_accounts[leg.DebitAccountId], _accounts[payee]))
            .GroupBy(leg => leg.DebitAccountId)
            .ToDictionary(legs => legs.Key, legs => legs.Sum(leg => (decimal)leg.Amount.Minor));

    public static string? FieldOf(Check check, TransferOrder order, int leg)
    {
        var linked = order.Kind is TransferKind.Bookkeeping or TransferKind.Exchange;
        var several = order.FurtherLegs.Length > 0;
        return check switch
        {
            Check.ReusedKind => "transfer_id",
            Check.ReusedRelated or Check.TransferNotFound => order.Kind == TransferKind.Reversal ? "transfer" : "hold",
            Check.ReusedOrderingAccount => order.Kind switch
            {
                TransferKind.Payment => "source_account",
                TransferKind.CashDeposit or TransferKind.CashWithdrawal => "account",
                TransferKind.Hold => "leg",
                _ => "legs",
            },
            Check.ReusedAmount => linked ? "legs" : "amount",
            Check.ReusedOtherAccount => linked ? "legs" : order.Kind == TransferKind.Hold ? "leg" : "payee_iban",
            Check.ReusedLegs => "legs",
            Check.ReusedExpiry or Check.HoldExpiryInvalid => "expire_time",
            Check.ReusedRate => "exchange_rate",
            Check.ReusedReference => "reference",
            Check.AmountNotPositive or Check.AmountTooLarge or Check.DebtorOfOtherCurrency or Check.CreditorOfOtherCurrency =>
                several ? $"legs[{leg}]" : "amount",
            Check.SameAccount or Check.NoPayee or Check.PayeeOfOtherCurrency => several ? $"legs[{leg}]" : "payee_iban",
            Check.HoldNotFound or Check.HoldNotOver => "hold",
            Check.ConfirmationRequired => null,
            >= Check.PayeeCannotReceive => several ? $"legs[{leg}]" : null,
            _ => null,
        };
    }
}
