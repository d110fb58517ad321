using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf;
using static Grpc.Core.StatusCode;

namespace BktSmart.Ledger;

/// <summary>An answer that got lost is asked for again: nothing happens twice, and the answer is the same.</summary>
public sealed class RetryTest(SharedBank shared)
{
    private const long Deposit = 1_000_00;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    private static string NewId() => Guid.CreateVersion7().ToString();

    [Fact]
    public async Task Pay_SameIdAndContent_GivesTheSameBytesAndMovesMoneyOnce()
    {
        var (payer, payee) = (await Bank.EnterAsync(Deposit), await Bank.OpenAsync());
        var request = payer.Payment(payee, 10_00);
        var first = await payer.App.PayAsync(request, Stop);
        // The answer tells what was, also when the account has moved on.
        await payer.App.PayAsync(payer.Payment(payee, 1_00), Stop);

        Assert.Equal(first.ToByteString(), (await payer.App.PayAsync(request, Stop)).ToByteString());
        Assert.Equal(first.ToByteString(), (await payer.App.GetTransferAsync(first.Name, Stop)).ToByteString());
        Assert.Equal(Deposit - 11_00, await BalanceAsync(payer));
    }

    [Fact]
    public async Task Pay_SameRequestTwentyTimesAtOnce_IsOnePosting()
    {
        var (payer, payee) = (await Bank.EnterAsync(Deposit), await Bank.OpenAsync());
        var request = payer.Payment(payee, 10_00);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => payer.App.PayAsync(request, Stop)));

        Assert.Single(answers.Select(answer => answer.ToByteString()).Distinct());
        Assert.Equal(2, await Bank.ReadAsync<long>(
            "select count(*) from bank.posting where transfer_id = $1", Guid.Parse(request.TransferId)));
        Assert.Equal(Deposit - 10_00, await BalanceAsync(payer));
    }

    [Fact]
    public async Task Pay_SameIdAndOtherContent_NamesTheFieldThatDiffers()
    {
        var (payer, payee) = (await Bank.EnterAsync(Deposit), await Bank.OpenAsync());
        var second = await Bank.Desk.OpenAccountAsync(payer.Customer.Name, cancellationToken: Stop);
        var request = payer.Payment(payee, 10_00);
        await payer.App.PayAsync(request, Stop);

        await AssertReusedAsync("amount", r => r.Amount.MinorUnits++);
        await AssertReusedAsync("source_account", r => r.SourceAccount = second.Name);
        await AssertReusedAsync("payee_iban", r => r.PayeeIban = second.Iban);
        await AssertReusedAsync("reference", r => r.Reference = "Tjetër");
        Assert.Equal(Deposit - 10_00, await BalanceAsync(payer));

        async Task AssertReusedAsync(string field, Action<CreateTransferRequest> change)
        {
            var changed = request.Clone();
            change(changed);
            Assert.Equal(
                new Refused(AlreadyExists, "TRANSFER_ID_REUSED", field), await Refused.ByAsync(() => payer.App.PayAsync(changed, Stop)));
        }
    }

    [Fact]
    public async Task Pay_RefusedIdAfterMoneyCame_StaysRefused()
    {
        var (payer, payee) = (await Bank.EnterAsync(Deposit), await Bank.OpenAsync());
        var request = payer.Payment(payee, Deposit + 1);
        var refused = new Refused(FailedPrecondition, "INSUFFICIENT_FUNDS");
        Assert.Equal(refused, await Refused.ByAsync(() => payer.App.PayAsync(request, Stop)));
        await Bank.Desk.DepositCashAsync(payer.Account.Name, Amounts.All(Deposit), cancellationToken: Stop);

        Assert.Equal(refused, await Refused.ByAsync(() => payer.App.PayAsync(request, Stop)));
        Assert.Equal(refused, await Refused.ByAsync(() => payer.App.GetTransferAsync($"transfers/{request.TransferId}", Stop)));
        Assert.Equal(2 * Deposit, await BalanceAsync(payer));
    }

    [Fact]
    public async Task Settle_PaymentThatWasNotSent_IsAbandonedForGood()
    {
        var (payer, payee) = (await Bank.EnterAsync(Deposit), await Bank.OpenAsync());
        var request = payer.Payment(payee, 10_00);
        var settling = request.Clone();
        settling.SettleOnly = true;
        var abandoned = new Refused(FailedPrecondition, "ABANDONED");
        foreach (var attempt in (CreateTransferRequest[])[settling, request, settling])
            Assert.Equal(abandoned, await Refused.ByAsync(() => payer.App.PayAsync(attempt, Stop)));
        Assert.Equal(abandoned, await Refused.ByAsync(() => payer.App.GetTransferAsync($"transfers/{request.TransferId}", Stop)));
        Assert.Equal(Deposit, await BalanceAsync(payer));
    }

    [Fact]
    public async Task Settle_PaymentThatWasBooked_GivesTheSameBytes()
    {
        var (payer, payee) = (await Bank.EnterAsync(Deposit), await Bank.OpenAsync());
        var request = payer.Payment(payee, 10_00);
        var booked = await payer.App.PayAsync(request, Stop);
        request.SettleOnly = true;
        Assert.Equal(booked.ToByteString(), (await payer.App.PayAsync(request, Stop)).ToByteString());
        Assert.Equal(Deposit - 10_00, await BalanceAsync(payer));
    }

    [Fact]
    public async Task Settle_OrdersOfAllDesks_AreAbandonedForGood()
    {
        var (one, two) = (await Bank.EnterAsync(Deposit), await Bank.OpenAsync());
        var (branch, desk) = (Bank.Desk.Service, Bank.Operations.Service);
        var payment = await one.App.PayAsync(one.Payment(two, 1_00), Stop);
        var expiry = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(1));
        var leg = Amounts.Leg(one.Account.Name, two.Account.Name, 5_00);
        var hold = (await desk.CreateHoldAsync(new CreateHoldRequest { TransferId = NewId(), Leg = leg, ExpireTime = expiry })).Hold;
        var deposit = new DepositCashRequest { TransferId = NewId(), Account = one.Account.Name, Amount = Amounts.All(1_00) };
        var withdrawal = new WithdrawCashRequest { TransferId = NewId(), Account = one.Account.Name, Amount = Amounts.All(1_00) };
        var linked = new CreateLinkedTransferRequest { TransferId = NewId(), Legs = { leg } };
        var another = new CreateHoldRequest { TransferId = NewId(), Leg = leg, ExpireTime = expiry };
        var posting = new PostHoldRequest { TransferId = NewId(), Hold = hold.Name };
        var release = new ReleaseHoldRequest { TransferId = NewId(), Hold = hold.Name };
        var reversal = new ReverseTransferRequest { TransferId = NewId(), Transfer = payment.Name };
        foreach (var settleOnly in (bool[])[true, false, true])
        {
            deposit.SettleOnly = withdrawal.SettleOnly = linked.SettleOnly = another.SettleOnly = settleOnly;
            posting.SettleOnly = release.SettleOnly = reversal.SettleOnly = settleOnly;
            foreach (var order in (Func<Task>[])
            [
                async () => await branch.DepositCashAsync(deposit), async () => await branch.WithdrawCashAsync(withdrawal),
                async () => await desk.CreateLinkedTransferAsync(linked), async () => await desk.CreateHoldAsync(another),
                async () => await desk.PostHoldAsync(posting), async () => await desk.ReleaseHoldAsync(release),
                async () => await desk.ReverseTransferAsync(reversal),
            ])
                Assert.Equal(new Refused(FailedPrecondition, "ABANDONED"), await Refused.ByAsync(order));
        }

        Assert.Equal(Deposit - 1_00, await BalanceAsync(one));
    }

    [Fact]
    public async Task DepositAndWithdraw_SameId_MoveCashOnce()
    {
        var customer = await Bank.EnterAsync();
        var (deposit, withdrawal) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var paidIn = await Bank.Desk.DepositCashAsync(
                customer.Account.Name, Amounts.All(Deposit), transferId: deposit, cancellationToken: Stop);
            Assert.Equal(Deposit, paidIn.BalanceAfter.MinorUnits);
            var paidOut = await Bank.Desk.WithdrawCashAsync(
                customer.Account.Name, Amounts.All(1_00), transferId: withdrawal, cancellationToken: Stop);
            Assert.Equal(Deposit - 1_00, paidOut.BalanceAfter.MinorUnits);
        }

        Assert.Equal(Deposit - 1_00, await BalanceAsync(customer));
        Assert.Equal(
            "TRANSFER_ID_REUSED",
            (await Refused.ByAsync(() => Bank.Desk.WithdrawCashAsync(
                customer.Account.Name, Amounts.All(Deposit), transferId: deposit, cancellationToken: Stop))).Reason);
    }

    [Fact]
    public async Task CreateCustomer_SameRequestId_IsOneCustomer()
    {
        var person = TestBank.NewPerson();
        var id = Guid.NewGuid();
        var created = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Bank.Desk.CreateCustomerAsync(person, id, Stop)));

        Assert.Single(created.Distinct());
        Assert.Equal(1, await Bank.ReadAsync<long>("select count(*) from bank.customer where request_id = $1", id));
        var other = person with { Name = "Besa Hoxha" };
        Assert.Equal(
            new Refused(AlreadyExists, "REQUEST_ID_REUSED", "request_id"),
            await Refused.ByAsync(() => Bank.Desk.CreateCustomerAsync(other, id, Stop)));
    }

    [Fact]
    public async Task OpenAccount_SameRequestId_IsOneAccount()
    {
        var customer = await Bank.Desk.CreateCustomerAsync(TestBank.NewPerson(), cancellationToken: Stop);
        var id = Guid.NewGuid();
        var opened = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Bank.Desk.OpenAccountAsync(customer.Name, "ALL", id, Stop)));

        Assert.Single(opened.Select(account => account.Iban).Distinct());
        Assert.Single(opened.Select(account => account.ToByteString()).Distinct());
        Assert.Equal(1, await Bank.ReadAsync<long>("select count(*) from bank.account where request_id = $1", id));
        Assert.Equal(
            new Refused(AlreadyExists, "REQUEST_ID_REUSED", "request_id"),
            await Refused.ByAsync(() => Bank.Desk.OpenAccountAsync(customer.Name, "EUR", id, Stop)));
    }

    [Fact]
    public async Task IssueCard_SameCard_IsOneCard()
    {
        var person = TestBank.NewPerson();
        var customer = await Bank.Desk.CreateCustomerAsync(person, cancellationToken: Stop);
        var issued = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Bank.Desk.IssueCardAsync(customer.Name, person, Stop)));

        Assert.Single(issued.Distinct());
        Assert.Equal(1, await Bank.ReadAsync<long>(
            "select count(*) from bank.card where customer_number = $1", int.Parse(customer.Name.Split('/')[1], null)));
        var other = person with { CardExpiry = "01/30" };
        Assert.Equal(
            new Refused(AlreadyExists, "CARD_TAKEN", "card_number"),
            await Refused.ByAsync(() => Bank.Desk.IssueCardAsync(customer.Name, other, Stop)));
    }

    private static async Task<long> BalanceAsync(TestCustomer customer) =>
        (await customer.App.ListAccountsAsync(Stop)).Single(account => account.Name == customer.Account.Name).Balance.MinorUnits;
}
