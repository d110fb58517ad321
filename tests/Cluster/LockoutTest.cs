using BktSmart.Audit;
using BktSmart.Authentication;
using BktSmart.Cards;
using BktSmart.Customers;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Cluster;

/// <summary>R7: five failures lock, whichever way they come, and strangers cannot do it to others.</summary>
public sealed class LockoutTest(StillBank bank) : IClassFixture<StillBank>
{
    private static readonly LockoutOptions Limits = new();
    private static readonly CallerIdentificationOptions Callers = new();

    [Fact]
    public async Task BeginSignIn_HundredGuessesAtOnce_FiveAreLookedAt()
    {
        var scene = await SignInScene.OpenAsync(bank);
        // Most find the queue full, and are not looked at; the rest would have been.
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => bank.Grains.Authentication().BeginSignIn(
            new CustomerIdentifier(scene.Customer.Number, null), new Secret($"wrong horse {i}"), scene.Device, BankCluster.Origin,
            Guid.NewGuid(), CancellationToken.None)));

        var events = await scene.EventsAsync();
        Assert.InRange(events.Count(kind => kind == SecurityEventKind.PasswordWrong), 1, Limits.FailuresMax);
        Assert.Equal(SecurityEventKind.Locked, Assert.Single(events, kind => kind == SecurityEventKind.Locked));
        var standing = await scene.StandingAsync();
        Assert.Equal(Limits.FailuresMax, standing.Failures);
        Assert.NotNull(standing.LockedAt);
        Assert.False(await scene.RightPasswordSendsAsync());
    }

    [Fact]
    public async Task CompleteSignIn_GuessesAtManySessionsAtOnce_FiveAreCounted()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var begun = new List<(FnpChallenge Challenge, Secret Fnp)>();
        for (var i = 0; i < 6; i++)
            begun.Add(await scene.BeginAsync());

        var guesses = await Task.WhenAll(begun.SelectMany(session =>
            Enumerable.Range(0, 3).Select(_ => scene.CompleteAsync(session.Challenge, SignInScene.Wrong(session.Fnp)))));
        Assert.DoesNotContain(null, guesses);
        Assert.Equal(Limits.FailuresMax, (await scene.StandingAsync()).Failures);
        Assert.Equal(Limits.FailuresMax, (await scene.EventsAsync()).Count(kind => kind == SecurityEventKind.FnpWrong));
    }

    [Fact]
    public async Task Failures_PasswordsAndFnpsTakenTogether_Lock()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(2);
        var (challenge, fnp) = await scene.BeginAsync();
        Assert.Equal(Reason.FnpWrong, await scene.CompleteAsync(challenge, SignInScene.Wrong(fnp)));
        Assert.Equal(Reason.FnpWrong, await scene.CompleteAsync(challenge, SignInScene.Wrong(fnp)));
        await scene.TryWrongPasswordsAsync(1);
        // The FNP is right, and the lock is looked at again.
        Assert.Equal(Reason.SignInLocked, await scene.CompleteAsync(challenge, fnp));
        Assert.False(await scene.RightPasswordSendsAsync());
    }

    [Fact]
    public async Task Failures_NewFnpNewDeviceNewActivation_AreNotForgotten()
    {
        var scene = await SignInScene.OpenAsync(bank);
        for (var i = 0; i < Limits.FailuresMax; i++)
        {
            // Another device knows the right password each time, so its FNP counts.
            var device = BankCluster.NewDevice();
            var challenge = await scene.TryPasswordAsync(TestCustomer.Password.Value, device);
            var fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
            Assert.Equal(Reason.FnpWrong, await scene.CompleteAsync(challenge, SignInScene.Wrong(fnp), device));
            await bank.Cluster.DeactivateAsync(scene.Credentials);
        }

        Assert.NotNull((await scene.StandingAsync()).LockedAt);
    }

    [Fact]
    public async Task SignIn_BetweenFailures_StartsTheCountAgain()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(Limits.FailuresMax - 1);
        Assert.Null(await scene.SignInAsync());
        await scene.TryWrongPasswordsAsync(Limits.FailuresMax - 1);
        Assert.Null(await scene.SignInAsync());
    }

    [Fact]
    public async Task TryPassword_AnotherActivationWroteMeanwhile_GivesNoAnswerAndThenCountsOn()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(1);
        // What a second activation would have stored: one failure below the lock.
        Assert.Equal(1, await TestDatabase.ExecuteAsync(bank.Database.Silo, $$"""
            update bank.credentials set version = version + 1, state = jsonb_set(state, '{Failures}', '4')
             where customer_number = {{scene.Customer.Number}}
            """));
        TestLog.Current.Expect("credentials were written by another activation");
        await Assert.ThrowsAnyAsync<Exception>(() => scene.TryWrongPasswordsAsync(1));
        await scene.TryWrongPasswordsAsync(1);
        Assert.NotNull((await scene.StandingAsync()).LockedAt);
    }

    [Fact]
    public async Task Lock_SessionsAndWhatWasBegun_EndAtOnce()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (before, beforeFnp) = await scene.BeginAsync();
        var (untried, untriedFnp) = await scene.BeginAsync();
        var tokens = await bank.SignInAsync(scene.Customer, scene.Device);
        await scene.TryWrongPasswordsAsync(Limits.FailuresMax);

        Assert.Equal(
            Reason.SessionEnded,
            (await bank.RefreshAsync(tokens.RefreshToken)).Refusal?.Reason);
        Assert.Equal(Reason.SignInLocked, await scene.CompleteAsync(before, beforeFnp));
        Assert.Equal(0, (await scene.StandingAsync()).OpenSessions);

        // Nor does unlocking bring it back.
        await scene.IdentifyAsync();
        Assert.Null(await scene.UnlockAsync());
        var (after, afterFnp) = await scene.BeginAsync();
        Assert.Equal(Reason.FnpExpired, await scene.CompleteAsync(untried, untriedFnp));
        Assert.Null(await scene.CompleteAsync(after, afterFnp));
    }

    [Fact]
    public async Task TryPassword_StrangersWhoKnowTheNumber_DoNotLockTheOwnerOut()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(20, () => BankCluster.NewDevice());
        Assert.Null((await scene.StandingAsync()).LockedAt);
        Assert.Equal(Limits.UnknownDeviceFailuresMax, (await scene.EventsAsync()).Count(kind => kind == SecurityEventKind.PasswordWrong));

        // Shut out, they would not get in with the right one either; the owner does, and that opens the door again.
        Assert.False(await scene.RightPasswordSendsAsync(BankCluster.NewDevice()));
        Assert.Null(await scene.SignInAsync());
        Assert.True(await scene.RightPasswordSendsAsync(BankCluster.NewDevice()));
    }

    [Fact]
    public async Task TryPassword_AfterTheShutOut_UnknownDevicesAreLookedAtAgain()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(Limits.UnknownDeviceFailuresMax, () => BankCluster.NewDevice());
        bank.Clock.Advance(Limits.ShutOutMin - TimeSpan.FromTicks(1));
        Assert.False(await scene.RightPasswordSendsAsync(BankCluster.NewDevice()));
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(await scene.RightPasswordSendsAsync(BankCluster.NewDevice()));
    }

    [Fact]
    public async Task Unlock_StrangersShutOut_LetsUnknownDevicesTryAgain()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(Limits.UnknownDeviceFailuresMax, () => BankCluster.NewDevice());
        Assert.NotNull((await scene.StandingAsync()).UnknownDevicesShutOutUntil);
        await scene.IdentifyAsync();
        Assert.Null(await scene.UnlockAsync());
        Assert.True(await scene.RightPasswordSendsAsync(BankCluster.NewDevice()));
    }

    [Fact]
    public async Task Failures_OneBeforeTheLock_WarnsTheCustomerOnce()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(Limits.FailuresMax);
        await bank.SmsSentAsync();
        string[] expected =
            [SmsText.OfAlert(SecurityAlert.LastTry, Language.English), SmsText.OfAlert(SecurityAlert.Locked, Language.English)];
        Assert.Equal(expected, bank.Messages.AlertsTo(scene.Customer.Phone));
    }

    [Fact]
    public async Task Unlock_OnlyByWhoIdentifiedTheCallerAMomentAgo()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(Limits.FailuresMax);
        Assert.Equal(Reason.CallerNotIdentified, await scene.UnlockAsync());

        await scene.IdentifyAsync();
        Assert.Equal(Reason.CallerNotIdentified, await scene.UnlockAsync(new StaffMember("agent-2")));
        bank.Clock.Advance(Callers.IdentificationLifetime + TimeSpan.FromTicks(10));
        Assert.Equal(Reason.CallerNotIdentified, await scene.UnlockAsync());

        await scene.IdentifyAsync();
        var wrong = await bank.Grains.Customer(scene.Customer.Number).IdentifyCaller(
            new StaffMember("agent-1"), TestPeople.Nobody, scene.Customer.Card.Value[^4..], CancellationToken.None);
        Assert.Equal(Reason.CallerNotRecognised, wrong.Refusal?.Reason);
        Assert.Equal(Reason.CallerNotIdentified, await scene.UnlockAsync());

        bank.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.IdentifyAsync();
        Assert.Null(await scene.UnlockAsync());
        Assert.Equal(Reason.SignInNotLocked, await scene.UnlockAsync());
        Assert.Null(await scene.SignInAsync());
        Assert.Equal(
            "agent-1 unlock-sign-in {\"why\": \"the customer called\"}",
            await TestDatabase.ReadAsync<string>(bank.Database.Silo, $"""
                select staff || ' ' || action || ' ' || detail::text
                  from bank.audit where customer_number = {scene.Customer.Number} and action = 'unlock-sign-in'
                """));
    }

    [Fact]
    public async Task IdentifyCaller_WrongAnswers_CountForADay()
    {
        var scene = await SignInScene.OpenAsync(bank);
        for (var i = 0; i < Callers.CallerFailuresPerDayMax; i++)
            Assert.Equal(Reason.CallerNotRecognised, await WrongAsync());
        bank.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(Reason.CallerTriesExhausted, await WrongAsync());
        // What was tried after that counts, too.
        bank.Clock.Advance(TimeSpan.FromSeconds(1) + TimeSpan.FromTicks(10));
        for (var i = 1; i < Callers.CallerFailuresPerDayMax; i++)
            Assert.Equal(Reason.CallerNotRecognised, await WrongAsync());
        Assert.Equal(Reason.CallerTriesExhausted, await WrongAsync());
        bank.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromTicks(10));
        await scene.IdentifyAsync();

        async Task<Reason?> WrongAsync() => (await bank.Grains.Customer(scene.Customer.Number).IdentifyCaller(
            new StaffMember("agent-1"), TestPeople.Nobody, scene.Customer.Card.Value[^4..], CancellationToken.None)).Refusal?.Reason;
    }

    [Fact]
    public async Task ListAudit_OfACustomer_IsWhatStaffDidInPages()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.Credentials.SuspendPhone(new StaffMember("agent-1"), "lost", origin: null, CancellationToken.None);
        var (actions, before) = (new List<string>(), (long?)null);
        while (true)
        {
            var page = await bank.Grains.Audit().List(scene.Customer.Number, before, 1, CancellationToken.None);
            actions.AddRange(page.Entries.Select(entry => $"{entry.Staff.Subject} {entry.Action}"));
            if (!page.HasMore)
                break;
            before = page.Entries[^1].Id;
        }

        Assert.Equal(["agent-1 suspend-phone", "teller-1 issue-card", "teller-1 record-agreement", "teller-1 create-customer"], actions);
        Assert.Equal(
            "suspend-phone",
            (await bank.Grains.Audit().List(null, null, 200, CancellationToken.None)).Entries
                .First(entry => entry.Customer == scene.Customer.Number).Action);
    }

    /// <summary>Enrolling again and a forgotten password are no way around a lock (R6).</summary>
    [Theory]
    [InlineData(FnpPurpose.Enrolment)]
    [InlineData(FnpPurpose.PasswordReset)]
    public async Task BeginByCard_Locked_AnswersAlikeAndSendsNothing(FnpPurpose purpose)
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(Limits.FailuresMax);
        var identifier = new CustomerIdentifier(scene.Customer.Number, null);
        var door = bank.Grains.Authentication();
        var begun = purpose == FnpPurpose.Enrolment
            ? await door.BeginEnrolment(
                identifier, scene.Customer.Card, CardExpiry.Parse("12/29"), scene.Device, BankCluster.Origin, Guid.NewGuid(),
                CancellationToken.None)
            : await door.BeginPasswordReset(
                identifier, scene.Customer.Card, CardExpiry.Parse("12/29"), scene.Device, BankCluster.Origin, Guid.NewGuid(),
                CancellationToken.None);
        Assert.True(begun.Succeeded);
        Assert.False(await scene.RightPasswordSendsAsync());
    }

    [Fact]
    public async Task TryPassword_NobodysNumber_LeavesACustomerAlone()
    {
        var scene = await SignInScene.OpenAsync(bank);
        for (var i = 0; i < 2 * Limits.FailuresMax; i++)
            Assert.Null(await scene.Credentials.TryPassword(
                TestCustomer.Password, scene.Device, BankCluster.Origin, nobody: true, CancellationToken.None));
        Assert.Equal(0, (await scene.StandingAsync()).Failures);
        Assert.Null(await scene.SignInAsync());
    }
}
