using BktSmart.Authentication;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Cluster;

public sealed class FnpSessionTest(StillBank bank) : IClassFixture<StillBank>
{
    private async Task<(TestCustomer Customer, Device Device, Guid Session, Secret Fnp)> StartAsync(
        FnpPurpose purpose = FnpPurpose.SignIn)
    {
        var customer = await bank.OpenCustomerAsync();
        await bank.EnrolAsync(customer);
        var device = BankCluster.NewDevice();
        var session = Guid.NewGuid();
        await BeginAsync(session, customer.Number, device, purpose);
        return (customer, device, session, await bank.Messages.NextFnpAsync(customer.Phone));
    }

    /// <summary>With a card, whatever the purpose: how it began makes no difference to what follows.</summary>
    private Task BeginAsync(Guid session, CustomerNumber customer, Device device, FnpPurpose purpose, bool nobody = false) =>
        bank.Inside.FnpSession(session).BeginNewPassword(
            purpose, customer, nobody, inOrder: true, device, BankCluster.Origin, CancellationToken.None);

    private async Task<Reason?> VerifyAsync(Guid session, Guid device, Secret fnp, FnpPurpose purpose = FnpPurpose.SignIn) =>
        (await bank.Inside.FnpSession(session).Verify(
            purpose, content: null, device, fnp, BankCluster.Origin, CancellationToken.None)).Refusal?.Reason;

    private async Task<FnpProof?> ProofAsync(Guid session, Guid device, Secret fnp, FnpPurpose purpose) =>
        (await bank.Inside.FnpSession(session).Verify(
            purpose, content: null, device, fnp, BankCluster.Origin, CancellationToken.None)).Value;

    private static Secret Wrong(Secret fnp) => new(fnp.Value == "000000" ? "000001" : "000000");

    [Fact]
    public async Task Verify_AtTheEdgeOfExpiry_IsRightBeforeAndExpiredAt()
    {
        var (inTime, late) = (await StartAsync(), await StartAsync());
        bank.Clock.Advance(new FnpOptions().Lifetime - TimeSpan.FromTicks(1));
        Assert.Null(await VerifyAsync(inTime.Session, inTime.Device.Id, inTime.Fnp));
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Reason.FnpExpired, await VerifyAsync(late.Session, late.Device.Id, late.Fnp));
    }

    [Theory]
    [InlineData(FnpPurpose.TrustedPayee)]
    [InlineData(FnpPurpose.LimitRaise)]
    public async Task Verify_UsedOnce_IsNeverRightAgain(FnpPurpose purpose)
    {
        var started = await StartAsync(purpose);
        Assert.Null(await VerifyAsync(started.Session, started.Device.Id, started.Fnp, purpose));
        Assert.Equal(Reason.FnpExpired, await VerifyAsync(started.Session, started.Device.Id, started.Fnp, purpose));
    }

    [Theory]
    [InlineData(FnpPurpose.SignIn)]
    [InlineData(FnpPurpose.Enrolment)]
    [InlineData(FnpPurpose.PasswordReset)]
    [InlineData(FnpPurpose.PasswordChange)]
    public async Task Verify_AnswerWasLost_ProvesTheSameUseUntilItExpires(FnpPurpose purpose)
    {
        var started = await StartAsync(purpose);
        var first = await ProofAsync(started.Session, started.Device.Id, started.Fnp, purpose);
        Assert.NotEqual(Guid.Empty, first!.Use);
        await bank.Cluster.DeactivateAsync(bank.Inside.FnpSession(started.Session));
        Assert.Equal(first, await ProofAsync(started.Session, started.Device.Id, started.Fnp, purpose));

        bank.Clock.Advance(new FnpOptions().Lifetime);
        Assert.Equal(Reason.FnpExpired, await VerifyAsync(started.Session, started.Device.Id, started.Fnp, purpose));
    }

    [Fact]
    public async Task Verify_GuessesAfterItsUse_CountAndEndIt()
    {
        var started = await StartAsync();
        Assert.Null(await VerifyAsync(started.Session, started.Device.Id, started.Fnp));
        for (var left = 2; left >= 0; left--)
        {
            Assert.Equal(
                left == 0 ? Reason.FnpTriesExhausted : Reason.FnpWrong,
                await VerifyAsync(started.Session, started.Device.Id, Wrong(started.Fnp)));
        }

        Assert.Equal(Reason.FnpTriesExhausted, await VerifyAsync(started.Session, started.Device.Id, started.Fnp));
    }

    [Fact]
    public async Task Verify_OtherDeviceOrPurpose_IsWrongAndCounts()
    {
        var started = await StartAsync();
        Assert.Equal(Reason.FnpWrong, await VerifyAsync(started.Session, Guid.NewGuid(), started.Fnp));
        Assert.Equal(Reason.FnpWrong, await VerifyAsync(started.Session, started.Device.Id, started.Fnp, FnpPurpose.Enrolment));
        Assert.Null(await VerifyAsync(started.Session, started.Device.Id, started.Fnp));
    }

    [Fact]
    public async Task Verify_HundredGuessesAtOnce_OnlyThreeAreChecked()
    {
        var started = await StartAsync();
        var guesses = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => VerifyAsync(started.Session, started.Device.Id, Wrong(started.Fnp))));
        Assert.Equal(2, guesses.Count(reason => reason == Reason.FnpWrong));
        Assert.Equal(98, guesses.Count(reason => reason == Reason.FnpTriesExhausted));
        Assert.Equal(Reason.FnpTriesExhausted, await VerifyAsync(started.Session, started.Device.Id, started.Fnp));
    }

    [Fact]
    public async Task Verify_NewActivationInBetween_RemembersTheTries()
    {
        var started = await StartAsync();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(Reason.FnpWrong, await VerifyAsync(started.Session, started.Device.Id, Wrong(started.Fnp)));
            await bank.Cluster.DeactivateAsync(bank.Inside.FnpSession(started.Session));
        }

        Assert.Equal(Reason.FnpTriesExhausted, await VerifyAsync(started.Session, started.Device.Id, Wrong(started.Fnp)));
    }

    [Fact]
    public async Task Verify_AnotherActivationWroteMeanwhile_GivesNoAnswerAndThenKnowsItsTries()
    {
        var started = await StartAsync();
        // What a second activation would have stored: a try less.
        Assert.Equal(1, await TestDatabase.ExecuteAsync(bank.Database.Silo, $"""
            update orleans.storage
               set version = version + 1,
                   payload = convert_to(replace(convert_from(payload, 'UTF8'), '"TriesLeft":3', '"TriesLeft":1'), 'UTF8')
             where key_extension = 'fnp-session-{started.Session:N}'
            """));
        TestLog.Current.Expect("Version conflict");
        await Assert.ThrowsAnyAsync<Exception>(() => VerifyAsync(started.Session, started.Device.Id, started.Fnp));
        Assert.Equal(Reason.FnpTriesExhausted, await VerifyAsync(started.Session, started.Device.Id, Wrong(started.Fnp)));
    }

    [Fact]
    public async Task Verify_Decoy_AnswersLikeAnyOtherAndIsNeverRight()
    {
        var device = BankCluster.NewDevice();
        var session = Guid.NewGuid();
        await BeginAsync(session, CustomerNumber.From(999_999_999), device, FnpPurpose.SignIn, nobody: true);
        Assert.Equal(Reason.FnpWrong, await VerifyAsync(session, device.Id, new Secret("111111")));
        Assert.Equal(Reason.FnpWrong, await VerifyAsync(session, device.Id, new Secret("222222")));
        Assert.Equal(Reason.FnpTriesExhausted, await VerifyAsync(session, device.Id, new Secret("333333")));
        Assert.Equal(Reason.FnpExpired, await VerifyAsync(Guid.NewGuid(), device.Id, new Secret("111111")));
    }

    [Fact]
    public async Task Verify_ManyGuessesAtASessionThatNobodyBegan_AreAllAnswered()
    {
        var session = Guid.NewGuid();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => VerifyAsync(session, Guid.NewGuid(), new Secret("111111"))));
        Assert.All(answers, reason => Assert.Equal(Reason.FnpExpired, reason));
    }

    [Fact]
    public async Task BeginNewPassword_StoredState_DoesNotHoldTheCodeAndIsSweptAfterTheEnd()
    {
        var started = await StartAsync();
        var row = $"""
            select coalesce(
                (select convert_from(payload, 'UTF8') from orleans.storage where key_extension = 'fnp-session-{started.Session:N}'), '')
            """;
        var stored = await TestDatabase.ReadAsync<string>(bank.Database.Silo, row);
        Assert.Contains("CodeHash", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(started.Fnp.Value, stored, StringComparison.Ordinal);
        Assert.DoesNotContain("$type", stored, StringComparison.Ordinal);

        using var sweeper = new SessionSweeper(
            bank.Database.Silo, Options.Create(new FnpOptions()), TimeProvider.System, TestLog.Current.CreateLogger<SessionSweeper>());
        await sweeper.SweepAsync(CancellationToken.None);
        Assert.NotEqual("", await TestDatabase.ReadAsync<string>(bank.Database.Silo, row));
        await TestDatabase.ExecuteAsync(bank.Database.Silo, $"""
            update orleans.storage set modified_at = now() - interval '61 minutes'
             where key_extension = 'fnp-session-{started.Session:N}'
            """);
        await sweeper.SweepAsync(CancellationToken.None);
        Assert.Equal("", await TestDatabase.ReadAsync<string>(bank.Database.Silo, row));
    }

    [Fact]
    public async Task BeginSignIn_AnybodyButACustomerWithTheRightPassword_GetsAChallengeAndNoSms()
    {
        var (enrolled, notEnrolled) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        await bank.EnrolAsync(enrolled);
        var device = BankCluster.NewDevice();
        (CustomerIdentifier Identifier, Secret Password)[] attempts =
        [
            (new CustomerIdentifier(enrolled.Number, null), new Secret("wrong horse 1")),
            (new CustomerIdentifier(notEnrolled.Number, null), TestCustomer.Password),
            (new CustomerIdentifier(CustomerNumber.From(999_999_999), null), TestCustomer.Password),
        ];
        foreach (var (identifier, password) in attempts)
        {
            var challenge = await bank.Grains.Authentication().BeginSignIn(
                identifier, password, device, BankCluster.Origin, Guid.NewGuid(), CancellationToken.None);
            Assert.Equal(bank.Clock.GetUtcNow() + new FnpOptions().Lifetime, challenge.Value!.ExpiresAt);
        }

        Assert.False(await bank.HasFnpAsync(enrolled.Phone));
        Assert.False(await bank.HasFnpAsync(notEnrolled.Phone));
    }


    /// <summary>
    /// A stranger who guesses at an FNP sees the same refusals, facts and all, whatever the password was, whoever was meant, and also while
    /// the customer has but one try left and is locked by the first guess.
    /// </summary>
    [Fact]
    public async Task CompleteSignIn_WrongFnps_TellTheTriesOfThisFnpAndNothingOfTheCustomer()
    {
        var (fresh, worn) = (await SignInScene.OpenAsync(bank), await SignInScene.OpenAsync(bank));
        await worn.TryWrongPasswordsAsync(new LockoutOptions().FailuresMax - 1);
        var stray = new CustomerIdentifier(CustomerNumber.From(999_999_998), null);
        FnpChallenge[] begun =
        [
            (await fresh.BeginAsync()).Challenge,
            (await worn.BeginAsync()).Challenge,
            await fresh.TryPasswordAsync("wrong horse 1"),
            (await bank.Grains.Authentication().BeginSignIn(
                stray, TestCustomer.Password, fresh.Device, BankCluster.Origin, Guid.NewGuid(), CancellationToken.None)).Value!,
        ];
        Device[] devices = [fresh.Device, worn.Device, fresh.Device, fresh.Device];
        foreach (var (challenge, device) in begun.Zip(devices))
        {
            Assert.Equal(
                [
                    new Refusal(Reason.FnpWrong, "fnp") { TriesLeft = 2 }, new Refusal(Reason.FnpWrong, "fnp") { TriesLeft = 1 },
                    new Refusal(Reason.FnpTriesExhausted, "fnp"), new Refusal(Reason.FnpTriesExhausted, "fnp"),
                ],
                await GuessAsync(challenge.SessionId, device, 4));
        }

        Assert.NotNull((await worn.StandingAsync()).LockedAt);
        Assert.Equal([new Refusal(Reason.FnpExpired, "fnp")], await GuessAsync(Guid.NewGuid(), fresh.Device, 1));
    }

    /// <summary>With a code of five letters, which is never right.</summary>
    private async Task<IReadOnlyList<Refusal>> GuessAsync(Guid session, Device device, int count)
    {
        var refusals = new List<Refusal>();
        for (var i = 0; i < count; i++)
        {
            refusals.Add((await bank.Grains.Authentication().CompleteSignIn(
                session, device.Id, new Secret("wrong"), BankCluster.Origin, CancellationToken.None)).Refusal!);
        }

        return refusals;
    }
}
