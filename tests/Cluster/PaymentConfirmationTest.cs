using System.Text.Json;
using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Cluster;

/// <summary>An FNP for exactly one payment (RTS 2018/389 art. 5).</summary>
public sealed class PaymentConfirmationTest(StrictBank bank) : IClassFixture<StrictBank>
{
    private static readonly FnpOptions Fnps = new();

    public static TheoryData<string> Changes => ["amount", "currency", "payee", "reference", "source", "id"];

    public static TheoryData<string> Events => ["locked", "suspended", "password", "session ended", "all sessions ended", "reported"];

    [Fact]
    public async Task Transfer_NeedsAnFnp_LeavesItsIdFreeUntilThereIsOne()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var payment = scene.Payment();
        Assert.Equal(new Refusal(Reason.ConfirmationRequired), await scene.RefusalAsync(payment));
        await scene.AssertNothingHappenedAsync(payment);

        var booked = await scene.PayAsync(payment, await scene.ConfirmAsync(payment));
        Assert.Equal((400_000, 199_600_000), (booked.Value!.Amount.Minor, booked.Value.BalanceAfter.Minor));
        Assert.Contains(SecurityEventKind.PaymentConfirmed, await scene.Door.EventsAsync());
        // From now on the id alone gives the answer.
        Assert.Equal(booked.Value, (await scene.PayAsync(payment)).Value);
        Assert.Equal(Reason.ConfirmationNotNeeded, (await scene.BeginAsync(payment)).Refusal?.Reason);
    }

    [Fact]
    public async Task Transfer_LowValue_IsCountedUntilOneIsConfirmed()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < new PaymentOptions().LowValueCountMax; i++)
                await scene.BookAsync(scene.Payment(100));
            var payment = scene.Payment(100);
            Assert.Equal(Reason.ConfirmationRequired, (await scene.RefusalAsync(payment))?.Reason);
            Assert.All(await scene.PayOnEachSiloAsync(100), reason => Assert.Equal(Reason.ConfirmationRequired, reason));
            await scene.BookAsync(payment, await scene.ConfirmAsync(payment));
        }

        Assert.Equal(2, (await scene.Door.EventsAsync()).Count(kind => kind == SecurityEventKind.PaymentConfirmed));
    }

    [Fact]
    public async Task Transfer_BeyondTheLimits_SaysLimitAndRestAndTheSameAgain()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var (tooMuch, second) = (scene.Payment(50_000_001), scene.Payment(50_000_000));
        var ofPayment = new Refusal(Reason.PaymentLimitExceeded) { Exceeded = Exceeded(50_000_000, 50_000_000) };
        Assert.Equal(ofPayment, (await scene.BeginAsync(tooMuch)).Refusal);
        Assert.Equal(ofPayment, await scene.RefusalAsync(tooMuch));

        foreach (var payment in (TransferCommand[])[scene.Payment(50_000_000), scene.Payment(40_000_000)])
            await scene.BookAsync(payment, await scene.ConfirmAsync(payment));
        var ofDay = new Refusal(Reason.DailyLimitExceeded) { Exceeded = Exceeded(100_000_000, 10_000_000) };
        Assert.Equal(ofDay, (await scene.BeginAsync(second)).Refusal);
        Assert.Equal(ofDay, await scene.RefusalAsync(second));
        Assert.Equal(ofPayment, await scene.RefusalAsync(tooMuch));

        bank.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(ofDay, await scene.RefusalAsync(second));
    }

    private static ExceededLimit Exceeded(long limit, long rest) =>
        new(new Money(limit, PaymentScene.All), new Money(rest, PaymentScene.All));

    [Fact]
    public async Task Transfer_ToAnOwnAccount_NeedsNoFnp()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var own = await bank.OpenAccountAsync(scene.Customer);
        await scene.BookAsync(scene.Payment(150_000_000) with { Payee = own.Iban });
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task TransferConfirmed_SomethingHasChanged_MakesTheFnpVoidForEverything(string what)
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var second = await bank.OpenAccountAsync(scene.Customer, 200_000_000);
        var payment = scene.Payment();
        var confirmation = await scene.ConfirmAsync(payment);
        var (changed, from) = what switch
        {
            "amount" => (payment with { Amount = payment.Amount with { Minor = payment.Amount.Minor + 1 } }, scene.From.Iban),
            "currency" => (payment with { Amount = payment.Amount with { Currency = Currency.Parse("EUR") } }, scene.From.Iban),
            "payee" => (payment with { Payee = (await bank.OpenAccountAsync(await bank.OpenCustomerAsync())).Iban }, scene.From.Iban),
            "reference" => (payment with { Reference = "qira " }, scene.From.Iban),
            "source" => (payment, second.Iban),
            _ => (payment with { Id = new TransferId(Guid.CreateVersion7()) }, scene.From.Iban),
        };

        Assert.Equal(new Refusal(Reason.ConfirmationChanged), await scene.RefusalAsync(changed, confirmation, from: from));

        // Neither the changed payment nor the first one goes through with it now.
        Assert.Equal(Reason.FnpExpired, (await scene.RefusalAsync(changed, confirmation, from: from))?.Reason);
        Assert.Equal(Reason.FnpExpired, (await scene.RefusalAsync(payment, confirmation))?.Reason);
        bank.Clock.Advance(Fnps.ResendAfter);
        Assert.Equal(
            Reason.FnpExpired,
            (await bank.Grains.FnpSession(confirmation.Id).Resend(scene.Door.Device.Id, CancellationToken.None)).Refusal?.Reason);
        await scene.AssertNothingHappenedAsync(changed);
        await scene.AssertNothingHappenedAsync(payment);
        // It was no guess at the code.
        Assert.Equal(0, (await scene.Door.StandingAsync()).Failures);
        await scene.BookAsync(payment, await scene.ConfirmAsync(payment));
    }

    [Fact]
    public async Task TransferConfirmed_FnpForSomethingElse_IsWrongAndCounts()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var payment = scene.Payment();
        var (signIn, code) = await scene.Door.BeginAsync();
        Assert.Equal(
            Reason.FnpWrong, (await scene.RefusalAsync(payment, new Confirmation(signIn.SessionId, scene.Door.Device.Id, code)))?.Reason);
        var trust = await scene.ConfirmAsync(scene.BeginTrustAsync(scene.To.Iban));
        Assert.Equal(Reason.FnpWrong, (await scene.RefusalAsync(payment, trust))?.Reason);
        Assert.Equal(2, (await scene.Door.StandingAsync()).Failures);

        var confirmation = await scene.ConfirmAsync(payment);
        Assert.Equal(
            Reason.FnpWrong,
            (await scene.Payer.AddTrustedPayee(scene.Requester, scene.To.Iban, confirmation, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(
            Reason.FnpWrong,
            (await scene.Payer.SetLimits(
                scene.Requester, scene.From.Iban, new PaymentLimits(1, 1, 1), confirmation, CancellationToken.None)).Refusal?.Reason);
        Assert.Empty(await scene.Payer.ListTrustedPayees(CancellationToken.None));
        await scene.AssertNothingHappenedAsync(payment);
        // They were tries, and the last one is left.
        await scene.BookAsync(payment, confirmation);
    }

    [Fact]
    public async Task TransferConfirmed_FnpOfAnotherCustomer_IsWorthNothing()
    {
        var (scene, other) = (await PaymentScene.OpenAsync(bank), await PaymentScene.OpenAsync(bank));
        var payment = scene.Payment();
        var theirs = other.Payment() with { Id = payment.Id, Payee = payment.Payee };
        Assert.Equal(new Refusal(Reason.ConfirmationChanged), await scene.RefusalAsync(payment, await other.ConfirmAsync(theirs)));
        Assert.Equal(
            new Refusal(Reason.AccountNotFound, "source_account"),
            await other.RefusalAsync(payment, await scene.ConfirmAsync(payment), from: scene.From.Iban));
        Assert.Equal(new Refusal(Reason.AccountNotFound, "source_account"), (await scene.BeginAsync(payment, other.Requester)).Refusal);
        await scene.AssertNothingHappenedAsync(payment);

        // The same request of two customers: the FNP of one is not the other's.
        var trust = await other.ConfirmAsync(other.BeginTrustAsync(scene.To.Iban));
        Assert.Equal(
            Reason.FnpWrong,
            (await scene.Payer.AddTrustedPayee(scene.Requester, scene.To.Iban, trust, CancellationToken.None)).Refusal?.Reason);
        Assert.Empty(await scene.Payer.ListTrustedPayees(CancellationToken.None));
    }

    [Fact]
    public async Task TransferConfirmed_AnotherDevice_IsRefused()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var second = BankCluster.NewDevice();
        await bank.SignInAsync(scene.Customer, second);
        var onSecond = await PaymentScene.RequesterAsync(bank, scene.Customer, second);
        var payment = scene.Payment();
        var confirmation = await scene.ConfirmAsync(payment);
        // Whatever the other device says of itself: the FNP was asked for in a session on the first.
        Assert.Equal(Reason.FnpWrong, (await scene.RefusalAsync(payment, confirmation with { DeviceId = second.Id }, onSecond))?.Reason);
        Assert.Equal(Reason.FnpWrong, (await scene.RefusalAsync(payment, confirmation with { DeviceId = second.Id }))?.Reason);
        Assert.Equal(Reason.FnpWrong, (await scene.RefusalAsync(payment, confirmation, onSecond))?.Reason);
        await scene.AssertNothingHappenedAsync(payment);
        await scene.BookAsync(payment, confirmation);
    }

    [Fact]
    public async Task TransferConfirmed_WrongFnps_CountToTheLockout()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var payment = scene.Payment();
        var confirmation = await scene.ConfirmAsync(payment);
        var wrong = confirmation with { Fnp = SignInScene.Wrong(confirmation.Fnp) };
        Reason?[] reasons =
        [
            (await scene.RefusalAsync(payment, wrong))?.Reason,
            (await scene.RefusalAsync(payment, wrong))?.Reason,
            (await scene.RefusalAsync(payment, wrong))?.Reason,
        ];
        Assert.Equal([Reason.FnpWrong, Reason.FnpWrong, Reason.FnpTriesExhausted], reasons);
        Assert.Equal(Reason.FnpTriesExhausted, (await scene.RefusalAsync(payment, confirmation))?.Reason);
        Assert.Equal(3, (await scene.Door.StandingAsync()).Failures);

        var again = await scene.ConfirmAsync(payment);
        wrong = again with { Fnp = SignInScene.Wrong(again.Fnp) };
        for (var i = 0; i < 2; i++)
            Assert.Equal(Reason.FnpWrong, (await scene.RefusalAsync(payment, wrong))?.Reason);
        Assert.NotNull((await scene.Door.StandingAsync()).LockedAt);
        // The last try is right, and comes too late.
        Assert.Equal(Reason.SessionEnded, (await scene.RefusalAsync(payment, again))?.Reason);
        await scene.AssertNothingHappenedAsync(payment);
        Assert.Equal(5, (await scene.Door.EventsAsync()).Count(kind => kind == SecurityEventKind.FnpWrong));
    }

    [Fact]
    public async Task TransferConfirmed_AnswerWasLost_GivesTheSameAnswerAlsoWhenTheFnpHasExpired()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var payment = scene.Payment();
        var confirmation = await scene.ConfirmAsync(payment);
        var first = JsonSerializer.Serialize((await scene.PayAsync(payment, confirmation)).Value);
        foreach (var later in (TimeSpan[])[TimeSpan.Zero, Fnps.Lifetime, TimeSpan.FromHours(1)])
        {
            bank.Clock.Advance(later);
            await bank.Cluster.DeactivateAsync(bank.Inside.FnpSession(confirmation.Id));
            await bank.Cluster.DeactivateAsync(bank.Inside.Account(scene.From.Iban));
            Assert.Equal(first, JsonSerializer.Serialize((await scene.PayAsync(payment, confirmation)).Value));
        }

        // What is decided is answered; what is not is not.
        Assert.Equal(
            new Refusal(Reason.TransferIdReused, "amount"),
            await scene.RefusalAsync(payment with { Amount = new Money(1, PaymentScene.All) }, confirmation));
        Assert.Equal(199_600_000, await scene.BalanceAsync());
        Assert.Single(await scene.Door.EventsAsync(), kind => kind == SecurityEventKind.PaymentConfirmed);
    }

    /// <summary>The FNP was right, and then the silo was gone before the payment was: the app repeats it while the FNP is good.</summary>
    [Fact]
    public async Task TransferConfirmed_FnpWasTakenAndThePaymentWasNot_GoesThroughWhenItComesAgain()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var (payment, late) = (scene.Payment(), scene.Payment());
        var (confirmation, tooLate) = (await scene.ConfirmAsync(payment), await scene.ConfirmAsync(late));
        foreach (var (taken, command) in new[] { (confirmation, payment), (tooLate, late) })
            Assert.True((await bank.Inside.FnpSession(taken.Id).Verify(
                FnpPurpose.Payment, ContentOf(scene, command), taken.DeviceId, taken.Fnp,
                BankCluster.Origin, CancellationToken.None)).Succeeded);
        await scene.AssertNothingHappenedAsync(payment);

        bank.Clock.Advance(Fnps.Lifetime - TimeSpan.FromTicks(1));
        await scene.BookAsync(payment, confirmation);
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Reason.FnpExpired, (await scene.RefusalAsync(late, tooLate))?.Reason);
        Assert.Equal(199_600_000, await scene.BalanceAsync());
    }

    [Fact]
    public async Task TransferConfirmed_ManyAtOnce_BookOnceAndHearTheSame()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var payment = scene.Payment();
        var confirmation = await scene.ConfirmAsync(payment);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 24).Select(i => i % 4 == 3 ? MoveAndPayAsync() : scene.PayAsync(payment, confirmation)));
        Assert.Single(answers.Select(answer => JsonSerializer.Serialize(answer)).Distinct());
        Assert.True(answers[0].Succeeded, answers[0].Refusal?.ToString());
        Assert.Equal(199_600_000, await scene.BalanceAsync());

        // Meanwhile the account goes to another silo.
        async Task<Result<BookedTransfer>> MoveAndPayAsync()
        {
            await bank.Cluster.DeactivateAsync(bank.Inside.Account(scene.From.Iban));
            return await scene.PayAsync(payment, confirmation);
        }
    }

    [Fact]
    public async Task TransferConfirmed_FnpThatPaidAlready_PaysNothingElse()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var (payment, next) = (scene.Payment(), scene.Payment());
        var confirmation = await scene.ConfirmAsync(payment);
        await scene.BookAsync(payment, confirmation);
        Assert.Equal(Reason.FnpExpired, (await scene.RefusalAsync(next, confirmation))?.Reason);
        Assert.Equal(
            Reason.TransferNotFound,
            (await bank.Grains.TransferLookup().Get(scene.Customer.Number, next.Id, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(199_600_000, await scene.BalanceAsync());
    }

    [Fact]
    public async Task TransferConfirmed_AtTheEdgeOfExpiry_IsGoodBeforeAndExpiredAt()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var (payment, late) = (scene.Payment(), scene.Payment());
        var (confirmation, tooLate) = (await scene.ConfirmAsync(payment), await scene.ConfirmAsync(late));
        bank.Clock.Advance(Fnps.Lifetime - TimeSpan.FromTicks(1));
        await scene.BookAsync(payment, confirmation);
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(new Refusal(Reason.FnpExpired, "fnp"), await scene.RefusalAsync(late, tooLate));
        Assert.Equal(199_600_000, await scene.BalanceAsync());
    }

    /// <summary>What was begun holds only as long as everything that it was begun on.</summary>
    [Theory]
    [MemberData(nameof(Events))]
    public async Task TransferConfirmed_SomethingHappenedMeanwhile_IsRefusedInTheOldSessionAndInANewOne(string what)
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var payment = scene.Payment();
        var (first, second) = (await scene.ConfirmAsync(payment), await scene.ConfirmAsync(payment));
        var credentials = scene.Door.Credentials;
        switch (what)
        {
            case "locked":
                await scene.Door.TryWrongPasswordsAsync(new LockoutOptions().FailuresMax);
                break;
            case "suspended":
                await credentials.SuspendPhone(null, "lost", BankCluster.Origin, CancellationToken.None);
                break;
            case "password":
                Assert.True((await credentials.SetPassword(
                    await EpochAsync(), FnpPurpose.PasswordChange, new Secret("battery staple 2"),
                    scene.Door.Device, BankCluster.Origin, Guid.NewGuid(), Guid.NewGuid(), scene.Requester.SessionId,
                    CancellationToken.None)).Succeeded);
                break;
            case "session ended":
                await credentials.EndSession(scene.Requester.SessionId, BankCluster.Origin, CancellationToken.None);
                break;
            case "all sessions ended":
                await credentials.EndSessions(null, BankCluster.Origin, CancellationToken.None);
                break;
            case "reported":
                await credentials.ReportFnp(BankCluster.Origin, CancellationToken.None);
                break;
        }

        Assert.Equal(Reason.SessionEnded, (await scene.RefusalAsync(payment, first))?.Reason);
        Assert.Equal(Reason.SessionEnded, (await scene.BeginAsync(payment)).Refusal?.Reason);
        if (what is "password" or "reported")
        {
            // Whoever signs in again starts anew.
            Assert.True((await credentials.OpenSession(
                await EpochAsync(), scene.Door.Device, BankCluster.Origin, Guid.NewGuid(), CancellationToken.None)).Succeeded);
            var anew = await PaymentScene.RequesterAsync(bank, scene.Customer, scene.Door.Device);
            Assert.Equal(new Refusal(Reason.FnpExpired, "fnp"), await scene.RefusalAsync(payment, second, anew));
        }

        await scene.AssertNothingHappenedAsync(payment);
        Assert.DoesNotContain(SecurityEventKind.PaymentConfirmed, await scene.Door.EventsAsync());

        async Task<int> EpochAsync() => await Infrastructure.TestDatabase.ReadAsync<int>(
            bank.Database.Owner, $"select epoch from bank.credentials where customer_number = {scene.Customer.Number.Value}");
    }

    [Fact]
    public async Task Resend_OfAConfirmation_MakesTheFirstCodeVoid()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var payment = scene.Payment();
        var first = await scene.ConfirmAsync(payment);
        bank.Clock.Advance(Fnps.ResendAfter);
        Assert.Equal(
            FnpDelivery.OnItsWay, (await bank.Grains.FnpSession(first.Id).GetDelivery(scene.Door.Device.Id, CancellationToken.None)).Value);
        Assert.True((await bank.Grains.FnpSession(first.Id).Resend(scene.Door.Device.Id, CancellationToken.None)).Succeeded);
        var text = await bank.Messages.NextFnpTextAsync(scene.Customer.Phone);
        Assert.Contains("4000.00 ALL", text, StringComparison.Ordinal);
        var second = first with { Fnp = new Secret(text[^6..]) };
        // One in a million is drawn twice.
        if (first.Fnp != second.Fnp)
            Assert.Equal(Reason.FnpWrong, (await scene.RefusalAsync(payment, first))?.Reason);
        await scene.BookAsync(payment, second);
    }

    [Fact]
    public async Task BeginConfirmation_Sms_NamesTheAmountAndThePayeeAndNotAllOfTheIban()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        Assert.True((await scene.BeginAsync(scene.Payment(1_234_567))).Succeeded);
        var text = await bank.Messages.NextFnpTextAsync(scene.Customer.Phone);
        var payee = scene.To.Iban.Value;
        Assert.Contains($"to pay 12345.67 ALL to {payee[..4]}..{payee[^4..]}", text, StringComparison.Ordinal);
        Assert.DoesNotContain(payee, text, StringComparison.Ordinal);
    }

    /// <summary>It takes no part of what a minute or a day has, also when the payment is booked by now.</summary>
    [Fact]
    public async Task BeginConfirmation_Again_IsTheSameAndSendsNothing()
    {
        var (scene, id) = (await PaymentScene.OpenAsync(bank), Guid.NewGuid());
        var payment = scene.Payment();
        var both = await Task.WhenAll(scene.BeginAsync(payment, requestId: id), scene.BeginAsync(payment, requestId: id));
        var first = both[0].Value!;
        Assert.Equal(first, both[1].Value);
        bank.Clock.Advance(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 10; i++)
            Assert.Equal(first, (await scene.BeginAsync(payment, requestId: id)).Value);
        var confirmation = new Confirmation(
            first.SessionId, scene.Door.Device.Id, await bank.Messages.NextFnpAsync(scene.Customer.Phone));
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));

        await scene.BookAsync(payment, confirmation);
        Assert.Equal(first, (await scene.BeginAsync(payment, requestId: id)).Value);
        Assert.Equal(Reason.ConfirmationNotNeeded, (await scene.BeginAsync(payment)).Refusal?.Reason);
        Assert.NotEqual(first.SessionId, (await scene.BeginAsync(scene.Payment(), requestId: id)).Value!.SessionId);
    }

    [Fact]
    public async Task BeginConfirmation_OfAPayeeOrLimitsAgain_IsTheSameAndSendsNothing()
    {
        var (scene, id) = (await PaymentScene.OpenAsync(bank), Guid.NewGuid());
        var limits = new PaymentLimits(60_000_000, 100_000_000, 500_000_000);
        foreach (var begin in (Func<Task<Result<FnpChallenge>>>[])
            [() => scene.BeginTrustAsync(scene.To.Iban, id),
             () => scene.Payer.BeginLimits(scene.Requester, scene.From.Iban, limits, id, CancellationToken.None)])
        {
            var first = (await begin()).Value!;
            bank.Clock.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(first, (await begin()).Value);
            await bank.Messages.NextFnpAsync(scene.Customer.Phone);
            Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
        }
    }

    [Fact]
    public async Task BeginConfirmation_SixWithinAMinute_TheLastIsTooMany()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        for (var i = 0; i < 5; i++)
            Assert.True((await scene.BeginAsync(scene.Payment())).Succeeded);
        Assert.Equal(Reason.TooManyAttempts, (await scene.BeginAsync(scene.Payment())).Refusal?.Reason);
        bank.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await scene.BeginAsync(scene.Payment())).Succeeded);
    }

    [Fact]
    public async Task BeginConfirmation_ADaysShareIsUsedUp_SaysSoAndLeavesSignInAlone()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            insert into bank.fnp_message (message_id, reference, session_id, customer_number, phone, purpose, sent_at, state, state_at)
            select gen_random_uuid(), 'ABCDEF', gen_random_uuid(), {scene.Customer.Number}, '{scene.Customer.Phone.Value}', 5,
                   '{bank.Clock.GetUtcNow():O}', 1, now()
              from generate_series(1, 30)
            """);
        Assert.Equal(Reason.FnpsUsedUp, (await scene.BeginAsync(scene.Payment())).Refusal?.Reason);
        Assert.Null(await scene.Door.SignInAsync());
    }

    [Fact]
    public async Task BeginConfirmation_PaymentThatWouldBeRefused_SaysSoAndSendsNothing()
    {
        var scene = await PaymentScene.OpenAsync(bank, 30_000_000);
        var nobody = Iban.Albanian("205", "9999", "0000000235698741");
        var atAnotherBank = Iban.Parse("AL47212110090000000235698741");
        (TransferCommand Payment, Reason Reason)[] refused =
        [
            (scene.Payment(30_000_001), Reason.InsufficientFunds),
            (scene.Payment(50_000_001), Reason.PaymentLimitExceeded),
            (scene.Payment() with { Payee = nobody }, Reason.PayeeCannotReceive),
            (scene.Payment() with { Payee = atAnotherBank }, Reason.PayeeAtAnotherBank),
            (scene.Payment() with { Payee = scene.From.Iban }, Reason.SameAccount),
            (scene.Payment() with { Amount = new Money(400_000, Currency.Parse("EUR")) }, Reason.CurrencyMismatch),
            (scene.Payment(0), Reason.AmountNotPositive),
        ];
        foreach (var (payment, reason) in refused)
        {
            Assert.Equal(reason, (await scene.BeginAsync(payment)).Refusal?.Reason);
            Assert.Equal(
                Reason.TransferNotFound,
                (await bank.Grains.TransferLookup().Get(scene.Customer.Number, payment.Id, CancellationToken.None)).Refusal?.Reason);
        }

        Assert.Equal(
            Reason.PayeeCannotReceive,
            (await scene.BeginTrustAsync(nobody)).Refusal?.Reason);
        Assert.Equal(
            Reason.PaymentLimitsInvalid,
            (await scene.Payer.BeginLimits(
                scene.Requester, scene.From.Iban, new PaymentLimits(2, 1, 3), Guid.NewGuid(), CancellationToken.None)).Refusal?.Reason);

        // The only SMS is that of the payment that can be.
        Assert.True((await scene.BeginAsync(scene.Payment(30_000_000))).Succeeded);
        Assert.Contains("300000.00 ALL", await bank.Messages.NextFnpTextAsync(scene.Customer.Phone), StringComparison.Ordinal);
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
    }

    private static string ContentOf(PaymentScene scene, TransferCommand payment) =>
        $"payment {payment.Id} {scene.From.Iban} {payment.Payee} {payment.Amount} {payment.Reference}";
}
