using BktSmart.V1;
using static Grpc.Core.StatusCode;

namespace BktSmart.Payments;

/// <summary>Payments as they are in a bank that asks for FNPs, from the app's side.</summary>
public sealed class PaymentControlServiceTest(PaymentControlServiceTest.StrictBank strict)
    : IClassFixture<PaymentControlServiceTest.StrictBank>
{
    /// <summary>Above what goes without an FNP.</summary>
    private const long Much = 4_000_00;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => strict.Bank;

    public sealed class StrictBank : IAsyncLifetime
    {
        private TestBank? _bank;

        public TestBank Bank => _bank ?? throw new InvalidOperationException("The bank is not started.");

        public async ValueTask InitializeAsync() => _bank = await TestBank.StartAsync("payments", freePayments: false);

        public ValueTask DisposeAsync() => _bank?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task CreateTransfer_FromTheFirstRefusalToTheTrustedPayee_IsTheWayOfTheApp()
    {
        var (arta, besnik) = (await Bank.EnterAsync(100_000_00), await Bank.EnterAsync());
        var payment = arta.Payment(besnik, Much);
        Assert.Equal(
            new Refused(FailedPrecondition, "CONFIRMATION_REQUIRED"), await Refused.ByAsync(() => arta.App.PayAsync(payment, Stop)));
        Assert.Equal(
            "TRANSFER_NOT_FOUND", (await Refused.ByAsync(() => arta.App.GetTransferAsync($"transfers/{payment.TransferId}", Stop))).Reason);

        var sms = await arta.App.ConfirmAsync(payment, Stop);
        Assert.Contains("4000.00 ALL", sms.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(besnik.Account.Iban, sms.Text, StringComparison.Ordinal);
        var booked = await arta.App.PayAsync(payment, Stop);
        Assert.Equal(booked, await arta.App.PayAsync(payment, Stop));
        Assert.Equal(
            new Refused(FailedPrecondition, "CONFIRMATION_NOT_NEEDED"),
            await Refused.ByAsync(() => arta.BeginConfirmationAsync(new() { Transfer = payment })));

        var trust = new CreateTrustedPayeeRequest { PayeeIban = besnik.Account.Iban };
        Assert.Equal(new Refused(FailedPrecondition, "CONFIRMATION_REQUIRED"), await Refused.ByAsync(() => TrustAsync(arta, trust)));
        trust.Confirmation = await arta.ConfirmAsync(new() { TrustedPayee = trust });
        var trusted = (await TrustAsync(arta, trust)).TrustedPayee;
        Assert.Equal(($"trustedPayees/{besnik.Account.Iban}", besnik.Account.Iban), (trusted.Name, trusted.PayeeIban));
        Assert.Equal([trusted], await ListAsync(arta));
        await arta.App.PayAsync(arta.Payment(besnik, Much), Stop);

        await DistrustAsync(arta, trusted.Name);
        Assert.Equal("CONFIRMATION_REQUIRED", (await Refused.ByAsync(() => arta.App.PayAsync(arta.Payment(besnik, Much), Stop))).Reason);
        Assert.Equal(
            new Refused(NotFound, "TRUSTED_PAYEE_NOT_FOUND", "name"), await Refused.ByAsync(() => DistrustAsync(arta, trusted.Name)));
        Assert.Empty(await ListAsync(arta));

        var events = await arta.App.Security.ListSecurityEventsAsync(new ListSecurityEventsRequest(), cancellationToken: Stop);
        Assert.Equal(
            [SecurityEventKind.TrustedPayeeRemoved, SecurityEventKind.TrustedPayeeConfirmed, SecurityEventKind.PaymentConfirmed],
            events.Events.Take(3).Select(happened => happened.Kind));
        Assert.Equal(0, (await Bank.VerifyAsync()).ExitCode);
    }

    [Fact]
    public async Task CreateTransfer_ChangedOrWrongOrUsedFnp_IsRefusedForItsReason()
    {
        var (arta, besnik) = (await Bank.EnterAsync(100_000_00), await Bank.EnterAsync());
        var payment = arta.Payment(besnik, Much);
        await arta.App.ConfirmAsync(payment, Stop);
        var dearer = payment.Clone();
        dearer.Amount.MinorUnits++;
        Assert.Equal(new Refused(FailedPrecondition, "CONFIRMATION_CHANGED"), await Refused.ByAsync(() => arta.App.PayAsync(dearer, Stop)));
        Assert.Equal(new Refused(Unauthenticated, "FNP_EXPIRED", "fnp"), await Refused.ByAsync(() => arta.App.PayAsync(payment, Stop)));

        await arta.App.ConfirmAsync(payment, Stop);
        var (right, wrong) = (payment, payment.Clone());
        wrong.Confirmation.Fnp = right.Confirmation.Fnp == "000000" ? "000001" : "000000";
        Assert.Equal(new Refused(Unauthenticated, "FNP_WRONG", "fnp"), await Refused.ByAsync(() => arta.App.PayAsync(wrong, Stop)));
        await arta.App.PayAsync(right, Stop);

        var next = arta.Payment(besnik, Much);
        next.Confirmation = right.Confirmation;
        Assert.Equal(new Refused(Unauthenticated, "FNP_EXPIRED", "fnp"), await Refused.ByAsync(() => arta.App.PayAsync(next, Stop)));
    }

    [Fact]
    public async Task BeginConfirmation_PaymentThatWouldBeRefused_IsRefusedThereAndNoSmsGoesOut()
    {
        var (arta, besnik) = (await Bank.EnterAsync(10_000_00), await Bank.EnterAsync());
        (CreateTransferRequest Payment, Refused Refused)[] cases =
        [
            (arta.Payment(besnik, 10_000_01), new(FailedPrecondition, "INSUFFICIENT_FUNDS")),
            (arta.Payment(besnik, 500_000_01), new(FailedPrecondition, "PAYMENT_LIMIT_EXCEEDED")),
            (arta.Payment("AL48205999970000000001234567", Much), new(FailedPrecondition, "PAYEE_CANNOT_RECEIVE", "transfer.payee_iban")),
            (arta.Payment(arta, Much), new(InvalidArgument, "SAME_ACCOUNT", "transfer.payee_iban")),
        ];
        foreach (var (payment, refused) in cases)
            Assert.Equal(refused, await Refused.ByAsync(() => arta.BeginConfirmationAsync(new() { Transfer = payment })));

        // SMS go out in order: the next is that of the payment that can be.
        Assert.Contains("9999.99 ALL", (await arta.App.ConfirmAsync(arta.Payment(besnik, 9_999_99), Stop)).Text, StringComparison.Ordinal);
    }

    /// <summary>Who pays does not learn which accounts there are, or how they stand: not even with a frozen account.</summary>
    [Fact]
    public async Task AnyStep_PayeesThatCannotReceive_GetTheSameAnswer()
    {
        var (arta, closed, frozen) = (await Bank.EnterAsync(10_000_00), await Bank.EnterAsync(), await Bank.EnterAsync());
        var euro = await Bank.Desk.OpenAccountAsync(closed.Customer.Name, "EUR", cancellationToken: Stop);
        await Bank.Operations.CloseAsync(closed.Account.Name, "Kërkesë", Stop);
        await Bank.Operations.FreezeAsync(frozen.Account.Name, AccountFreeze.Credits, "Urdhër i gjykatës", Stop);
        string[] payees = ["AL48205999970000000001234567", euro.Iban, closed.Account.Iban, frozen.Account.Iban];
        foreach (var minorUnits in new[] { 1_00, Much, 500_000_01 })
            await AssertAlikeAsync(minorUnits);
        // Without an FNP for it, nobody looks at the payee.
        var besnik = await Bank.EnterAsync();
        foreach (var payee in payees.Append(besnik.Account.Iban))
        {
            var confirmation = new Confirmation
            {
                ConfirmationId = Guid.NewGuid().ToString(), DeviceId = arta.Person.DeviceId.ToString(), Fnp = "123456",
            };
            Assert.Equal(
                new Refused(Unauthenticated, "FNP_EXPIRED", "fnp"),
                await Refused.ByAsync(() => TrustAsync(arta, new() { PayeeIban = payee, Confirmation = confirmation })));
        }

        await AssertAllAsync(
            payee => arta.BeginConfirmationAsync(new() { TrustedPayee = new() { PayeeIban = payee } }), payees.Except([euro.Iban]));
        await Bank.Operations.FreezeAsync(arta.Account.Name, AccountFreeze.Debits, "Urdhër i gjykatës", Stop);
        await AssertAlikeAsync(Much);

        async Task AssertAlikeAsync(long minorUnits)
        {
            await AssertAllAsync(payee => arta.App.PayAsync(arta.Payment(payee, minorUnits), Stop), payees);
            await AssertAllAsync(payee => arta.BeginConfirmationAsync(new() { Transfer = arta.Payment(payee, minorUnits) }), payees);
        }

        static async Task AssertAllAsync(Func<string, Task> call, IEnumerable<string> payees)
        {
            var answers = new List<string>();
            foreach (var payee in payees)
                answers.Add(await Refused.WholeAnswerAsync(() => call(payee)));
            Assert.Contains("PAYEE_CANNOT_RECEIVE", Assert.Single(answers.Distinct()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task UpdatePaymentLimits_LowerAndHigher_HoldAtOnceAndLater()
    {
        var (arta, besnik) = (await Bank.EnterAsync(100_000_00), await Bank.EnterAsync());
        await arta.App.PayAsync(arta.Payment(besnik, 10_00), Stop);
        var before = await GetLimitsAsync(arta, arta.Account.Name);
        Assert.Equal(
            (arta.Account.Name, "ALL", Limits(500_000_00, 1_000_000_00, 5_000_000_00), 20_000_000_00L),
            (before.Account, before.CurrencyCode, before.Limits, before.CeilingMinorUnits));
        Assert.Equal((10_00, 10_00), (before.PaidTodayMinorUnits, before.PaidThisMonthMinorUnits));

        var lower = await SetLimitsAsync(arta, Request(arta, Limits(15_00, 25_00, 30_00)));
        Assert.Equal((Limits(15_00, 25_00, 30_00), null), (lower.Limits, lower.NextLimits));
        foreach (var (amount, reason) in new[] { (15_01, "PAYMENT_LIMIT_EXCEEDED"), (15_00, null), (1L, "DAILY_LIMIT_EXCEEDED") })
        {
            var payment = arta.Payment(besnik, amount);
            if (reason is null)
                await arta.App.PayAsync(payment, Stop);
            else
                Assert.Equal(new Refused(FailedPrecondition, reason), await Refused.ByAsync(() => arta.App.PayAsync(payment, Stop)));
        }

        var higher = Request(arta, Limits(15_00, 1_000_000_01, 5_000_000_00));
        Assert.Equal(new Refused(FailedPrecondition, "CONFIRMATION_REQUIRED"), await Refused.ByAsync(() => SetLimitsAsync(arta, higher)));
        higher.Confirmation = await arta.ConfirmAsync(new() { PaymentLimits = higher });
        var raised = await SetLimitsAsync(arta, higher);
        Assert.Equal((lower.Limits, higher.Limits), (raised.Limits, raised.NextLimits));
        Assert.NotNull(raised.NextLimitsDate);
        Assert.Equal(raised, await GetLimitsAsync(arta, arta.Account.Name));
        Assert.Equal("DAILY_LIMIT_EXCEEDED", (await Refused.ByAsync(() => arta.App.PayAsync(arta.Payment(besnik, 1), Stop))).Reason);

        // What held a week ago is restored at once.
        var restored = Request(arta, Limits(15_00, 28_00, 30_00));
        restored.Confirmation = await arta.ConfirmAsync(new() { PaymentLimits = restored });
        var now = await SetLimitsAsync(arta, restored);
        Assert.Equal((restored.Limits, null), (now.Limits, now.NextLimits));
        await arta.App.PayAsync(arta.Payment(besnik, 1), Stop);

        // For other people the account does not exist.
        var unknown = "accounts/AL48205999970000000001234567";
        Assert.Equal(
            await Refused.WholeAnswerAsync(() => GetLimitsAsync(besnik, unknown)),
            await Refused.WholeAnswerAsync(() => GetLimitsAsync(besnik, arta.Account.Name)));
        Assert.Equal(
            new Refused(NotFound, "ACCOUNT_NOT_FOUND", "account"),
            await Refused.ByAsync(() => SetLimitsAsync(besnik, Request(arta, Limits(1, 1, 1)))));
    }

    private static PaymentLimits Limits(long payment, long day, long month) =>
        new() { PaymentMinorUnits = payment, DayMinorUnits = day, MonthMinorUnits = month };

    private static UpdatePaymentLimitsRequest Request(TestCustomer customer, PaymentLimits limits) =>
        new() { Account = customer.Account.Name, Limits = limits };

    private static Task<CreateTrustedPayeeResponse> TrustAsync(TestCustomer customer, CreateTrustedPayeeRequest request) =>
        customer.App.PaymentControl.CreateTrustedPayeeAsync(request, cancellationToken: Stop).ResponseAsync;

    private static Task DistrustAsync(TestCustomer customer, string name) =>
        customer.App.PaymentControl.DeleteTrustedPayeeAsync(
            new DeleteTrustedPayeeRequest { Name = name }, cancellationToken: Stop).ResponseAsync;

    private static async Task<IEnumerable<TrustedPayee>> ListAsync(TestCustomer customer) =>
        (await customer.App.PaymentControl.ListTrustedPayeesAsync(new ListTrustedPayeesRequest(), cancellationToken: Stop)).TrustedPayees;

    private static async Task<AccountPaymentLimits> GetLimitsAsync(TestCustomer customer, string account) =>
        (await customer.App.PaymentControl.GetPaymentLimitsAsync(
            new GetPaymentLimitsRequest { Account = account }, cancellationToken: Stop)).PaymentLimits;

    private static async Task<AccountPaymentLimits> SetLimitsAsync(TestCustomer customer, UpdatePaymentLimitsRequest request) =>
        (await customer.App.PaymentControl.UpdatePaymentLimitsAsync(request, cancellationToken: Stop)).PaymentLimits;
}
