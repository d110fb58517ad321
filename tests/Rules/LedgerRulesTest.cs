using BktSmart.Answers;
using BktSmart.Ledger;
using CsCheck;

namespace BktSmart.Tests.Rules;

/// <summary>The ledger's rules against a model that knows nothing of batches: a dictionary of balances and a list of what was answered.</summary>
public sealed class LedgerRulesTest
{
    private static readonly DateTimeOffset BookedAt = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly BusinessDate = new(2026, 11, 24);
    private static readonly Currency All = Currency.Parse("ALL");
    private static readonly Currency Eur = Currency.Parse("EUR");

    /// <summary>Accounts 1 to 4 in ALL, 5 in EUR; 4 is near the end of long, and 6 is the bank's own, without a floor.</summary>
    private static Dictionary<long, LockedAccount> Accounts() => new[]
    {
        new LockedAccount(1, All, 100_000_001, 0, 1_000, 3),
        new LockedAccount(2, All, 100_000_002, 0, 50, 1),
        new LockedAccount(3, All, 100_000_003, -500, 0, 0),
        new LockedAccount(4, All, 100_000_004, 0, long.MaxValue - 100, 9),
        new LockedAccount(5, Eur, 100_000_001, 0, 1_000, 2),
        new LockedAccount(6, All, null, null, -1_000, 5),
    }.ToDictionary(account => account.Id);

    private static TransferOrder Order(
        int id, long debit, long? credit, long amount, Currency? currency = null, string reference = "", TransferKind kind = TransferKind.Payment) =>
        new(new TransferId(new Guid(id, 0, 0, new byte[8])), kind, debit, credit, new Money(amount, currency ?? All), reference, null);

    private static readonly Gen<TransferOrder> AnyOrder = Gen.Select(
        Gen.Int[1, 12],
        Gen.Long[1, 6],
        Gen.Frequency((1, Gen.Const(() => (long?)null)), (12, Gen.Long[1, 6].Select(id => (long?)id))),
        Gen.OneOf(Gen.Long[1, 200], Gen.Long[500, 2_000], Gen.Const(Money.MaxTransferMinor)),
        Gen.Frequency((6, Gen.Const(All)), (1, Gen.Const(Eur))),
        Gen.OneOf(Gen.Const(""), Gen.Const("qira")),
        (id, debit, credit, amount, currency, reference) => Order(id, debit, credit, amount, currency, reference));

    private static readonly HashSet<Reason?> Reached = [];

    [Fact]
    public void Decide_AnyBatches_AgreesWithTheModelAndReachesEveryReason()
    {
        AnyOrder.List[0, 12].List[1, 4].Sample(
            batches =>
            {
                var accounts = Accounts();
                var model = new Model(accounts.Values);
                var recorded = new Dictionary<TransferId, RecordedTransfer>();
                foreach (var batch in batches)
                {
                    var decided = LedgerRules.Decide(accounts, recorded, batch, BookedAt, BusinessDate);
                    Assert.Equal(batch.Count, decided.Decisions.Count);
                    for (var i = 0; i < batch.Count; i++)
                    {
                        var expected = model.Post(batch[i]);
                        var refusal = decided.Decisions[i].Refusal;
                        Assert.True(expected == refusal?.Reason, $"{batch[i]}: the model says {expected}, the ledger {refusal?.Reason}");
                        lock (Reached)
                            Reached.Add(refusal?.Reason);
                    }

                    foreach (var transfer in decided.New)
                        recorded.Add(transfer.Id, transfer);
                    Assert.All(accounts.Values, account => Assert.Equal(model.Balances[account.Id], (account.BalanceMinor, account.SequenceNumber)));
                }

                Assert.Equal(
                    Accounts().Values.Sum(account => (decimal)account.BalanceMinor), accounts.Values.Sum(account => (decimal)account.BalanceMinor));
            },
            iter: 100_000);

        Assert.Equal(
            [null, Reason.BalanceOverflow, Reason.CurrencyMismatch, Reason.InsufficientFunds, Reason.PayeeAccountNotFound, Reason.SameAccount, Reason.TransferIdReused],
            Reached.OrderBy(reason => reason?.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public void Decide_SameIdTwiceInABatch_IsOneTransferWithOneAnswer()
    {
        var accounts = Accounts();
        var decided = LedgerRules.Decide(accounts, new Dictionary<TransferId, RecordedTransfer>(), [Order(1, 1, 2, 600), Order(1, 1, 2, 600)], BookedAt, BusinessDate);
        Assert.Single(decided.New);
        Assert.Same(decided.Decisions[0].Recorded, decided.Decisions[1].Recorded);
        Assert.Equal(400, accounts[1].BalanceMinor);
    }

    [Fact]
    public void Decide_IdRefusedForLackOfFunds_StaysRefusedWhenThereIsMoney()
    {
        var accounts = Accounts();
        var first = LedgerRules.Decide(accounts, new Dictionary<TransferId, RecordedTransfer>(), [Order(1, 2, 1, 51)], BookedAt, BusinessDate);
        Assert.Equal(Reason.InsufficientFunds, first.Decisions[0].Refusal?.Reason);

        accounts[2].Post(1_000);
        var again = LedgerRules.Decide(accounts, first.New.ToDictionary(t => t.Id), [Order(1, 2, 1, 51)], BookedAt, BusinessDate);
        Assert.Equal(Reason.InsufficientFunds, again.Decisions[0].Refusal?.Reason);
        Assert.Empty(again.New);
    }

    [Theory]
    [InlineData(1, 2, 600, "", "reference")]
    [InlineData(1, 2, 601, "qira", "amount")]
    [InlineData(1, 3, 600, "qira", "payee_iban")]
    [InlineData(2, 3, 600, "qira", "source_account")]
    [InlineData(2, 3, 601, "qira", "source_account")] // a stranger cannot try out the amount
    public void Decide_SameIdOtherContent_NamesTheField(long debit, long credit, long amount, string reference, string field)
    {
        var accounts = Accounts();
        var first = LedgerRules.Decide(
            accounts, new Dictionary<TransferId, RecordedTransfer>(), [Order(1, 1, 2, 600, reference: "qira")], BookedAt, BusinessDate);
        var second = LedgerRules.Decide(accounts, first.New.ToDictionary(t => t.Id), [Order(1, debit, credit, amount, reference: reference)], BookedAt, BusinessDate);
        Assert.Equal(new Refusal(Reason.TransferIdReused, field), second.Decisions[0].Refusal);
        Assert.Empty(second.New);
    }

    [Theory]
    [InlineData(1, 1, 1, "ALL", Reason.SameAccount)]
    [InlineData(5, 5, 1, "ALL", Reason.SameAccount)] // before the currency
    [InlineData(5, null, 1, "ALL", Reason.PayeeAccountNotFound)] // before the currency
    [InlineData(1, 5, 1, "ALL", Reason.CurrencyMismatch)]
    [InlineData(1, 2, 1, "EUR", Reason.CurrencyMismatch)]
    [InlineData(2, 5, 999, "ALL", Reason.CurrencyMismatch)] // before the funds
    [InlineData(2, 4, 101, "ALL", Reason.BalanceOverflow)] // before the funds
    [InlineData(2, 1, 51, "ALL", Reason.InsufficientFunds)]
    public void Decide_TwoThingsWrong_TheFirstInTheOrderIsTheAnswer(long debit, int? credit, long amount, string currency, Reason expected)
    {
        var decided = LedgerRules.Decide(
            Accounts(), new Dictionary<TransferId, RecordedTransfer>(), [Order(1, debit, credit, amount, Currency.Parse(currency))], BookedAt, BusinessDate);
        Assert.Equal(expected, decided.Decisions[0].Refusal?.Reason);
        Assert.Equal(expected is Reason.BalanceOverflow or Reason.InsufficientFunds, decided.New.Count == 1);
    }

    [Fact]
    public void Decide_FloorBelowZero_MayBeReachedAndNotCrossed()
    {
        var accounts = Accounts();
        var decided = LedgerRules.Decide(
            accounts, new Dictionary<TransferId, RecordedTransfer>(), [Order(1, 3, 1, 500), Order(2, 3, 1, 1)], BookedAt, BusinessDate);
        Assert.Null(decided.Decisions[0].Refusal);
        Assert.Equal(Reason.InsufficientFunds, decided.Decisions[1].Refusal?.Reason);
        Assert.Equal(-500, accounts[3].BalanceMinor);
    }

    /// <summary>One order at a time, in big numbers, with the whole history in a list.</summary>
    private sealed class Model(IEnumerable<LockedAccount> accounts)
    {
        private readonly Dictionary<long, (Currency Currency, long? Floor)> _terms = accounts.ToDictionary(a => a.Id, a => (a.Currency, a.FloorMinor));
        private readonly Dictionary<TransferId, (TransferOrder Order, Reason? Answer)> _answered = [];

        public Dictionary<long, (long Balance, long Sequence)> Balances { get; } =
            accounts.ToDictionary(a => a.Id, a => (a.BalanceMinor, a.SequenceNumber));

        public Reason? Post(TransferOrder order)
        {
            if (_answered.TryGetValue(order.Id, out var earlier))
                return earlier.Order == order ? earlier.Answer : Reason.TransferIdReused;
            if (order.DebitAccountId == order.CreditAccountId)
                return Reason.SameAccount;
            if (order.CreditAccountId is not { } credit)
                return Reason.PayeeAccountNotFound;
            if (_terms[order.DebitAccountId].Currency != order.Amount.Currency || _terms[credit].Currency != order.Amount.Currency)
                return Reason.CurrencyMismatch;

            var debited = (decimal)Balances[order.DebitAccountId].Balance - order.Amount.Minor;
            var credited = (decimal)Balances[credit].Balance + order.Amount.Minor;
            Reason? answer = credited > long.MaxValue || debited < long.MinValue ? Reason.BalanceOverflow
                : debited < (_terms[order.DebitAccountId].Floor ?? decimal.MinValue) ? Reason.InsufficientFunds
                : null;
            _answered.Add(order.Id, (order, answer));
            if (answer is null)
            {
                Balances[order.DebitAccountId] = ((long)debited, Balances[order.DebitAccountId].Sequence + 1);
                Balances[credit] = ((long)credited, Balances[credit].Sequence + 1);
            }

            return answer;
        }
    }
}
