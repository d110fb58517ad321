using BktSmart.Ledger;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>Accounts, orders and what is recorded, as the tests of the rules need them.</summary>
internal static class TestLedger
{
    public static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    public static readonly DateOnly BusinessDate = new(2026, 11, 24);
    public static readonly DateOnly Today = new(2026, 11, 23);
    public static readonly Currency All = Currency.Parse("ALL");
    public static readonly Currency Eur = Currency.Parse("EUR");

    /// <summary>Above every amount, and every sum of amounts.</summary>
    public const long Much = 4_000_000_000_000_000_000;

    /// <summary>No payment needs an FNP, and none meets a limit.</summary>
    public static readonly PaymentOptions FreePayments = NewPayments(
        1_000_000_000, Money.MaxTransferMinor, Much, Money.MaxTransferMinor, Much, Much);

    public static AccountState Account(
        long id, long balance, long? floor = 0, Currency? currency = null, bool ofCustomer = true,
        AccountFreeze freeze = AccountFreeze.None, bool closed = false, long held = 0) =>
        new(
            id, currency ?? All, ofCustomer ? 100_000_000 + (int)id : null, floor, freeze, closed, balance, held, 3, 7,
            Morning.UtcDateTime);

    /// <summary>The same amounts in all currencies.</summary>
    public static PaymentOptions NewPayments(int lowValueCount, long lowValue, long lowValueSum, long payment, long day, long month)
    {
        var options = new PaymentOptions { LowValueCountMax = lowValueCount };
        foreach (var amounts in options.Amounts.Values)
        {
            (amounts.LowValueMinor, amounts.LowValueSumMinor) = (lowValue, lowValueSum);
            (amounts.PaymentLimitMinor, amounts.DayLimitMinor, amounts.MonthLimitMinor, amounts.LimitCeilingMinor) =
                (payment, day, month, Much);
        }

        return options;
    }

    public static TransferId Id(int number) => new(new Guid(number, 0, 0, new byte[8]));

    public static TransferOrder Order(
        int id, long debit, long? credit, long amount,
        Currency? currency = null, TransferKind kind = TransferKind.Payment, string reference = "") =>
        new(Id(id), kind, debit, credit, new Money(amount, currency ?? All), reference, OriginatorOf(kind));

    /// <summary>Who usually orders it.</summary>
    public static Originator OriginatorOf(TransferKind kind) => kind switch
    {
        TransferKind.Payment => Originator.Customer,
        TransferKind.HoldExpiry => Originator.Bank,
        _ => Originator.Of(new StaffMember("teller-1")),
    };

    public static TransferOrder Hold(int id, long debit, long credit, long amount, DateTimeOffset? expires = null) =>
        Order(id, debit, credit, amount, kind: TransferKind.Hold) with { ExpiresAt = expires ?? Morning.AddHours(1) };

    public static TransferOrder End(int id, TransferKind kind, TransferOrder hold, long? amount = null) =>
        Order(id, hold.DebitAccountId, hold.CreditAccountId, amount ?? hold.Amount.Minor, hold.Amount.Currency, kind) with
        {
            RelatedId = hold.Id,
        };

    public static TransferOrder Reversal(int id, TransferOrder reversed)
    {
        var legs = LedgerModel.Reversed(reversed);
        return new TransferOrder(
            Id(id), TransferKind.Reversal, legs[0].DebitAccountId, legs[0].CreditAccountId, legs[0].Amount, "",
            OriginatorOf(TransferKind.Reversal))
        {
            FurtherLegs = [.. legs.Skip(1).Select(leg => new FurtherLeg(leg.DebitAccountId, leg.CreditAccountId!.Value, leg.Amount))],
            RelatedId = reversed.Id,
        };
    }

    public static ModelAccount ToModel(AccountState account, decimal heldByKnownHolds = 0) => new(
        account.Id, account.Currency, account.CustomerNumber, account.FloorMinor, account.Freeze, account.Closed, account.BalanceMinor,
        account.HeldMinor - heldByKnownHolds, account.SequenceNumber)
    {
        Limits = account.Limits,
        NextLimits = account.NextLimits,
        Trusted = account.TrustedPayees,
        RiskUntil = account.RiskRaisedUntil,
        Payments = new ModelPayments(account.Paid),
    };

    /// <summary>What differs between what the model expects and what was decided; null for nothing.</summary>
    public static string? Difference(ModelAnswer expected, Decision decision)
    {
        if (expected.Reason != decision.Refusal?.Reason || expected.Field != decision.Refusal?.Field)
            return $"decided {decision.Refusal?.ToString() ?? "done"}";
        if (expected.IsRecorded != decision.Recorded is not null)
            return $"recorded {decision.Recorded}";
        return decision.Recorded is { } recorded ? Difference(expected, recorded) : null;
    }

    public static string? Difference(ModelAnswer expected, RecordedTransfer recorded)
    {
        var refusedLeg = expected.Check >= Check.PayeeCannotReceive && expected.Order.FurtherLegs.Length > 0
            ? expected.Wrong[0].Leg
            : (int?)null;
        if (recorded.Refusal != expected.Reason || recorded.RefusedLeg != refusedLeg)
            return $"recorded {recorded.Refusal} at leg {recorded.RefusedLeg}";
        if (recorded.Approval != expected.Approval)
            return $"recorded as approved by {recorded.Approval}, expected {expected.Approval}";
        var order = recorded.Order;
        var postings = new List<ModelPosting>();
        if (recorded.HasPostings)
        {
            Add(order.DebitAccountId, order.CreditAccountId!.Value, recorded.First);
            for (var i = 0; i < recorded.Further.Length; i++)
                Add(order.FurtherLegs[i].DebitAccountId, order.FurtherLegs[i].CreditAccountId, recorded.Further[i]);
        }
        else if (recorded.First != default || recorded.Further.Length > 0)
        {
            return $"recorded effects without postings: {recorded}";
        }

        ModelPosting? standing = recorded.Standing is { } after
            ? new(order.DebitAccountId, after.SequenceNumber, after.BalanceMinor, after.HeldMinor)
            : null;
        return postings.SequenceEqual(expected.Postings) && standing == expected.Standing
            ? null
            : $"recorded [{string.Join(' ', postings)}] {standing}";

        void Add(long debit, long credit, LegEffect effect)
        {
            postings.Add(new(debit, effect.DebitSequence, effect.DebitBalanceAfter, effect.DebitHeldAfter));
            postings.Add(new(credit, effect.CreditSequence, effect.CreditBalanceAfter, effect.CreditHeldAfter));
        }
    }
}

/// <summary>Accounts and a record that the rules decide on, batch after batch, as the database would keep them.</summary>
internal sealed class RulesLedger(params IEnumerable<AccountState> accounts)
{
    public Dictionary<long, AccountState> Accounts { get; } = accounts.ToDictionary(account => account.Id);

    public Dictionary<TransferId, RecordedTransfer> Recorded { get; } = [];

    public Dictionary<TransferId, TransferKind> Settled { get; } = [];

    public DateTimeOffset Now { get; set; } = TestLedger.Morning;

    public DateOnly Today { get; set; } = TestLedger.Today;

    public PaymentOptions Payments { get; init; } = TestLedger.FreePayments;

    public BatchDecision Decide(params IReadOnlyList<TransferOrder> orders)
    {
        var locked = Accounts.Values.Select(account => new LockedAccount(account)).ToDictionary(account => account.Id);
        var decided = LedgerRules.Decide(new LedgerView(locked, Recorded, Settled, Now, TestLedger.BusinessDate, Today, Payments), orders);
        foreach (var account in locked.Values)
            Accounts[account.Id] = account.After(Now.UtcDateTime, 0);
        foreach (var transfer in decided.New)
        {
            Recorded.Add(transfer.Id, transfer);
            if (transfer.Settles)
                Settled.Add(transfer.Order.RelatedId!.Value, transfer.Order.Kind);
        }

        return decided;
    }

    public Result<PaymentQuote> Quote(TransferOrder payment) => PaymentRules.Quote(
        new LedgerView(
            Accounts.Values.ToDictionary(account => account.Id, account => new LockedAccount(account)), Recorded, Settled, Now,
            TestLedger.BusinessDate, Today, Payments),
        payment);

    /// <summary>Decides one order.</summary>
    public Decision Post(TransferOrder order) => Decide(order).Decisions[0];
}
