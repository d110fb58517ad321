using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf;
using Grpc.Core;

namespace BktSmart.Ledger;

/// <summary>What the operations desk can do with a customer's money, through the public API, and what the customer sees of it.</summary>
public sealed class OperationsDeskTest(SharedBank shared)
{
    private const long Deposit = 1_000_00;
    private const string Fees = "accounts/FEES-ALL";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    private OperationsDesk Desk => shared.Bank.Operations;

    [Fact]
    public async Task Story_OfADay_EveryStepIsSeenByTheCustomer()
    {
        var (payer, shop) = (await Bank.EnterAsync(Deposit), await Bank.EnterAsync(1_00));
        var euro = await Bank.Desk.OpenAccountAsync(payer.Customer.Name, "EUR", cancellationToken: Stop);
        await Bank.Desk.DepositCashAsync(euro.Name, Amounts.Of(100_00, "EUR"), cancellationToken: Stop);

        // Money is set aside, a part of it is taken, and the rest is free.
        var hold = await Desk.HoldAsync(
            Amounts.Leg(payer.Account.Name, shop.Account.Name, 300_00), DateTimeOffset.UtcNow.AddDays(7), "Hotel", cancellationToken: Stop);
        Assert.Equal((LedgerTransferKind.Hold, 0), (hold.Kind, hold.Legs.Single().DebtorSequenceNumber));
        Assert.Equal((Deposit, 300_00, Deposit - 300_00), Standing(await ReadAsync(payer)));
        Assert.Equal("INSUFFICIENT_FUNDS", await ReasonAsync(() => payer.App.PayAsync(payer.Payment(shop, Deposit - 299_99), Stop)));
        var posted = await Desk.PostHoldAsync(hold.Name, 120_00, cancellationToken: Stop);
        Assert.Equal(
            (LedgerTransferKind.HoldPosting, hold.Name, 2, 2),
            (posted.Kind, posted.RelatedTransfer, posted.Legs[0].DebtorSequenceNumber, posted.Legs[0].CreditorSequenceNumber));
        Assert.Equal((Deposit - 120_00, 0, Deposit - 120_00), Standing(await ReadAsync(payer)));
        Assert.Equal("HOLD_ALREADY_POSTED", await ReasonAsync(() => Desk.ReleaseHoldAsync(hold.Name, cancellationToken: Stop)));

        // A payment and its fee, together or not at all.
        var linked = await Desk.BookAsync(
            [Amounts.Leg(payer.Account.Name, shop.Account.Name, 50_00), Amounts.Leg(payer.Account.Name, Fees, 1_50)],
            "Fatura",
            cancellationToken: Stop);
        Assert.Equal([3, 4], linked.Legs.Select(leg => leg.DebtorSequenceNumber));
        var tooMuch = Amounts.Leg(payer.Account.Name, Fees, Deposit);
        Assert.Equal(
            new Refused(StatusCode.FailedPrecondition, "INSUFFICIENT_FUNDS", "legs[1]"),
            await Refused.ByAsync(() => Desk.BookAsync(
                [Amounts.Leg(payer.Account.Name, shop.Account.Name, 50_00), tooMuch], cancellationToken: Stop)));
        var lines = await payer.App.ListTransactionsAsync(payer.Account.Name, Stop);
        Assert.Equal([-1_50, -50_00, -120_00, Deposit], lines.Select(line => line.Amount.MinorUnits));

        // Currency.
        var exchange = await Desk.ExchangeAsync(
            euro.Name, payer.Account.Name, Amounts.Of(10_00, "EUR"), Amounts.All(985_00), "98.50", cancellationToken: Stop);
        Assert.Equal((LedgerTransferKind.Exchange, "98.50"), (exchange.Kind, exchange.ExchangeRate));
        Assert.Equal(
            ["accounts/POSITION-EUR", "accounts/POSITION-ALL"], [exchange.Legs[0].Leg.Creditor, exchange.Legs[1].Leg.Debtor]);
        Assert.Equal(Deposit - 171_50 + 985_00, (await ReadAsync(payer)).Balance.MinorUnits);

        // It was wrong: back with it, once.
        var reversal = await Desk.ReverseAsync(linked.Name, "Gabim", cancellationToken: Stop);
        Assert.Equal((LedgerTransferKind.Reversal, linked.Name, 2), (reversal.Kind, reversal.RelatedTransfer, reversal.Legs.Count));
        Assert.Equal(Deposit - 120_00 + 985_00, (await ReadAsync(payer)).Balance.MinorUnits);
        Assert.Equal("ALREADY_REVERSED", await ReasonAsync(() => Desk.ReverseAsync(linked.Name, cancellationToken: Stop)));

        // Whatever was answered is answered again.
        foreach (var transfer in (LedgerTransfer[])[hold, posted, linked, exchange, reversal])
            Assert.Equal(transfer.ToByteString(), (await Desk.GetTransferAsync(transfer.Name, Stop)).ToByteString());

        // A court.
        Assert.Equal(
            AccountFreeze.Debits, (await Desk.FreezeAsync(payer.Account.Name, AccountFreeze.Debits, "Urdhër i gjykatës", Stop)).Freeze);
        var blocked = payer.Payment(shop, 1_00);
        Assert.Equal(
            new Refused(StatusCode.FailedPrecondition, "ACCOUNT_FROZEN"), await Refused.ByAsync(() => payer.App.PayAsync(blocked, Stop)));
        await shop.App.PayAsync(shop.Payment(payer, 1_00), Stop);
        await Desk.FreezeAsync(payer.Account.Name, AccountFreeze.None, "Vendim i ri", Stop);
        await payer.App.PayAsync(payer.Payment(shop, 1_00), Stop);
        Assert.Equal("ACCOUNT_FROZEN", await ReasonAsync(() => payer.App.PayAsync(blocked, Stop)));
        Assert.Equal(AccountFreeze.None, (await ReadAsync(payer)).Freeze);
    }

    [Fact]
    public async Task Close_AccountInUse_IsRefusedAndAnEmptyOneTakesNothingUntilItIsOpenedAgain()
    {
        var (customer, other) = (await Bank.EnterAsync(10_00), await Bank.EnterAsync(100_00));
        var hold = await Desk.HoldAsync(
            Amounts.Leg(customer.Account.Name, Fees, 1_00), DateTimeOffset.UtcNow.AddDays(1), cancellationToken: Stop);
        Assert.Equal("HOLDS_OPEN", await ReasonAsync(() => Desk.CloseAsync(customer.Account.Name, "Kërkesë", Stop)));
        await Desk.ReleaseHoldAsync(hold.Name, cancellationToken: Stop);
        Assert.Equal("BALANCE_NOT_ZERO", await ReasonAsync(() => Desk.CloseAsync(customer.Account.Name, "Kërkesë", Stop)));
        await customer.App.PayAsync(customer.Payment(other, 10_00), Stop);

        Assert.True((await Desk.CloseAsync(customer.Account.Name, "Kërkesë e klientit", Stop)).Closed);
        Assert.Equal("PAYEE_CANNOT_RECEIVE", await ReasonAsync(() => other.App.PayAsync(other.Payment(customer, 1_00), Stop)));
        Assert.Equal("ACCOUNT_CLOSED", await ReasonAsync(() => customer.App.PayAsync(customer.Payment(other, 1), Stop)));
        Assert.True((await ReadAsync(customer)).Closed);

        var reopening = (await Desk.ReopenAsync(customer.Account.Name, "U kthye", Stop)).Approval;
        Assert.False((await Bank.SecondOperations.ConfirmAsync(reopening.Name, Stop)).Closed);
        await other.App.PayAsync(other.Payment(customer, 1_00), Stop);
        Assert.Equal(1_00, (await ReadAsync(customer)).Balance.MinorUnits);
    }

    [Fact]
    public async Task SetOverdraftLimit_OfAnAccount_CanBeSpentAndShowsInWhatIsAvailable()
    {
        var (customer, other) = (await Bank.EnterAsync(10_00), await Bank.EnterAsync());
        Assert.Equal("INSUFFICIENT_FUNDS", await ReasonAsync(() => customer.App.PayAsync(customer.Payment(other, 15_00), Stop)));
        var raise = (await Desk.SetOverdraftLimitAsync(customer.Account.Name, 20_00, "Kontrata 12", Stop)).Approval;
        var account = await Bank.SecondOperations.ConfirmAsync(raise.Name, Stop);
        Assert.Equal((20_00, 30_00), (account.OverdraftLimit.MinorUnits, account.Available.MinorUnits));

        Assert.Equal(-5_00, (await customer.App.PayAsync(customer.Payment(other, 15_00), Stop)).BalanceAfter.MinorUnits);
        Assert.Equal("INSUFFICIENT_FUNDS", await ReasonAsync(() => customer.App.PayAsync(customer.Payment(other, 15_01), Stop)));
        Assert.Equal("OVERDRAFT_IN_USE", await ReasonAsync(() => Desk.SetOverdraftLimitAsync(customer.Account.Name, 4_99, "Ulje", Stop)));
        Assert.Equal(15_00, (await ReadAsync(customer)).Available.MinorUnits);
    }

    [Fact]
    public async Task Hold_WhoseTimeIsOver_IsFreeByItself()
    {
        var customer = await Bank.EnterAsync(10_00);
        var hold = await ShortHoldAsync(Amounts.Leg(customer.Account.Name, Fees, 4_00));
        await Eventually.EqualAsync(
            0L, async () => (await Desk.GetBalancesAsync([customer.Account.Name], Stop))[0].Held.MinorUnits, "what is held");
        Assert.Equal((10_00, 0, 10_00), Standing(await ReadAsync(customer)));
        Assert.Equal("HOLD_EXPIRED", await ReasonAsync(() => Desk.PostHoldAsync(hold.Name, cancellationToken: Stop)));
    }

    [Fact]
    public async Task GetBalances_AnyAccounts_AreInTheOrderOfTheNames()
    {
        var customer = await Bank.EnterAsync(10_00);
        var balances = await Desk.GetBalancesAsync([Fees, customer.Account.Name, "accounts/CASH-EUR"], Stop);
        Assert.Equal([Fees, customer.Account.Name, "accounts/CASH-EUR"], balances.Select(balance => balance.Account));
        Assert.Equal(("ALL", 10_00, 1), (balances[1].Balance.CurrencyCode, balances[1].Balance.MinorUnits, balances[1].SequenceNumber));
        Assert.Equal(
            new Refused(StatusCode.NotFound, "ACCOUNT_NOT_FOUND", "accounts[1]"),
            await Refused.ByAsync(() => Desk.GetBalancesAsync([Fees, "accounts/NOBODY-ALL"], Stop)));
    }

    [Theory]
    [InlineData("branch")]
    [InlineData("auditor")]
    public async Task Book_StaffWithoutTheRole_IsRefused(string role)
    {
        var desk = Bank.Client.Operations(Bank.Bank.Staff.Issue("somebody", [role]));
        Assert.Equal(
            new Refused(StatusCode.PermissionDenied, "ROLE_MISSING"),
            await Refused.ByAsync(() => desk.BookAsync([Amounts.Leg("accounts/CASH-ALL", Fees, 1)], cancellationToken: Stop)));
    }

    /// <summary>The first that cannot be read is named, and nothing is recorded.</summary>
    [Fact]
    public async Task Order_ThatMakesNoSense_NamesTheFieldAtFault()
    {
        var customer = await Bank.EnterAsync(10_00);
        var name = customer.Account.Name;
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        var unknown = $"transfers/{Guid.CreateVersion7()}";
        await AssertAsync("LEGS_INVALID legs", () => Desk.BookAsync([], cancellationToken: Stop));
        await AssertAsync(
            "LEGS_INVALID legs", () => Desk.BookAsync(Enumerable.Repeat(Amounts.Leg(name, Fees, 1), 17), cancellationToken: Stop));
        await AssertAsync(
            "SAME_ACCOUNT legs[1]",
            () => Desk.BookAsync([Amounts.Leg(name, Fees, 1), Amounts.Leg(name, name, 1)], cancellationToken: Stop));
        await AssertAsync(
            "CURRENCY_MISMATCH legs[1]",
            () => Desk.BookAsync([Amounts.Leg(name, Fees, 1), Amounts.Leg(name, "accounts/FEES-EUR", 1)], cancellationToken: Stop));
        await AssertAsync(
            "ACCOUNT_NOT_FOUND legs[0].creditor",
            () => Desk.BookAsync([Amounts.Leg(name, "accounts/NOBODY-ALL", 1)], cancellationToken: Stop));
        await AssertAsync(
            "AMOUNT_NOT_POSITIVE legs[0].amount.minor_units", () => Desk.BookAsync([Amounts.Leg(name, Fees, 0)], cancellationToken: Stop));
        await AssertAsync(
            "HOLD_EXPIRY_INVALID expire_time",
            () => Desk.HoldAsync(Amounts.Leg(name, Fees, 1), tomorrow.AddDays(-2), cancellationToken: Stop));
        await AssertAsync(
            "HOLD_EXPIRY_INVALID expire_time",
            () => Desk.HoldAsync(Amounts.Leg(name, Fees, 1), tomorrow.AddDays(366), cancellationToken: Stop));
        await AssertAsync("HOLD_NOT_FOUND hold", () => Desk.PostHoldAsync(unknown, cancellationToken: Stop));
        await AssertAsync("TRANSFER_NOT_FOUND transfer", () => Desk.ReverseAsync(unknown, cancellationToken: Stop));
        await AssertAsync("EXCHANGE_RATE_INVALID exchange_rate", () => Desk.ExchangeAsync(
            name, "accounts/FEES-EUR", Amounts.All(98_50), Amounts.Of(1_00, "EUR"), "98.5", cancellationToken: Stop));
        await AssertAsync("OVERDRAFT_LIMIT_INVALID limit_minor_units", () => Desk.SetOverdraftLimitAsync(name, -1, "?", Stop));
        await AssertAsync("FREEZE_UNKNOWN freeze", () => Desk.FreezeAsync(name, AccountFreeze.Unspecified, "?", Stop));
        await AssertAsync("FIELD_MISSING note", () => Desk.CloseAsync(name, "", Stop));
        Assert.Equal((10_00, 0, 10_00), Standing(await ReadAsync(customer)));

        static async Task AssertAsync(string expected, Func<Task> call)
        {
            var refused = await Refused.ByAsync(call);
            Assert.Equal(expected, $"{refused.Reason} {refused.Field}");
        }
    }

    /// <summary>A hold that is over soon. On a busy machine the order may come when it would be over already.</summary>
    private async Task<LedgerTransfer> ShortHoldAsync(TransferLeg leg)
    {
        for (var seconds = 2; ; seconds *= 2)
        {
            try
            {
                return await Desk.HoldAsync(leg, DateTimeOffset.UtcNow.AddSeconds(seconds), cancellationToken: Stop);
            }
            catch (RpcException exception) when (Refusal.From(exception).Reason == "HOLD_EXPIRY_INVALID" && seconds < 60)
            {
            }
        }
    }

    private static async Task<string> ReasonAsync(Func<Task> call) => (await Refused.ByAsync(call)).Reason;

    private static (long Balance, long Held, long Available) Standing(Account account) =>
        (account.Balance.MinorUnits, account.Held.MinorUnits, account.Available.MinorUnits);

    private static async Task<Account> ReadAsync(TestCustomer customer) =>
        (await customer.App.Accounts.GetAccountAsync(
            new GetAccountRequest { Name = customer.Account.Name }, cancellationToken: Stop)).Account;
}
