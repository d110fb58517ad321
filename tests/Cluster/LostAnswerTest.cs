using BktSmart.Authentication;
using BktSmart.Cards;
using BktSmart.Customers;
using BktSmart.Tests.Infrastructure;
using Microsoft.IdentityModel.JsonWebTokens;

namespace BktSmart.Tests.Cluster;

/// <summary>A step whose answer was lost comes again: a first one with the same id, a last one with the same FNP.</summary>
public sealed class LostAnswerTest(StillBank bank) : IClassFixture<StillBank>
{
    private static readonly Secret NewPassword = new("another horse 2");

    private IAuthenticationGrain Door => bank.Grains.Authentication();

    [Fact]
    public async Task CompleteSignIn_Again_GivesTheSameSession()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, fnp) = await scene.BeginAsync();
        var first = await CompleteAsync(scene, challenge, fnp);
        var events = await scene.EventsAsync();
        var again = await CompleteAsync(scene, challenge, fnp);
        Assert.Equal(first.Value!.Tokens.RefreshToken, again.Value!.Tokens.RefreshToken);
        Assert.Equal(events, await scene.EventsAsync());

        Assert.True((await bank.RefreshAsync(again.Value.Tokens.RefreshToken)).Succeeded);
        Assert.Equal(Reason.FnpExpired, (await CompleteAsync(scene, challenge, fnp)).Refusal?.Reason);
    }

    /// <summary>Two taps on a button: both answers are good.</summary>
    [Fact]
    public async Task CompleteSignIn_TwiceAtOnce_GivesTheSameSession()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, fnp) = await scene.BeginAsync();
        var both = await Task.WhenAll(CompleteAsync(scene, challenge, fnp), CompleteAsync(scene, challenge, fnp));
        Assert.Single(both.Select(signedIn => signedIn.Value!.Tokens.RefreshToken).Distinct());
        Assert.Single(await scene.Credentials.ListSessions(CancellationToken.None));
    }

    [Fact]
    public async Task CompleteSignIn_DiedBehindTheFnp_CompletesIt()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, fnp) = await scene.BeginAsync();
        var proof = await bank.Inside.FnpSession(challenge.SessionId).Verify(
            FnpPurpose.SignIn, content: null, scene.Device.Id, fnp, BankCluster.Origin, CancellationToken.None);
        Assert.True(proof.Succeeded);
        Assert.True((await CompleteAsync(scene, challenge, fnp)).Succeeded);
    }

    [Fact]
    public async Task CompleteSignIn_DiedBehindTheTokens_CompletesIt()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, fnp) = await scene.BeginAsync();
        var proof = await bank.Inside.FnpSession(challenge.SessionId).Verify(
            FnpPurpose.SignIn, content: null, scene.Device.Id, fnp, BankCluster.Origin, CancellationToken.None);
        var tokens = await bank.Inside.Session(proof.Value!.Use).Open(
            scene.Customer.Number, scene.Device.Id, onlyPasswordChange: false, Language.Albanian, CancellationToken.None);
        var completed = await CompleteAsync(scene, challenge, fnp);
        Assert.Equal(tokens!.RefreshToken, completed.Value!.Tokens.RefreshToken);
        Assert.True((await bank.RefreshAsync(tokens.RefreshToken)).Succeeded);
    }

    /// <summary>An FNP opens one session: when that has ended, no other.</summary>
    [Theory]
    [InlineData("signed out")]
    [InlineData("signed in again")]
    [InlineData("suspended")]
    [InlineData("locked")]
    public async Task CompleteSignIn_AgainWhenItsSessionHasEnded_IsRefused(string how)
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, fnp) = await scene.BeginAsync();
        Assert.True((await CompleteAsync(scene, challenge, fnp)).Succeeded);
        switch (how)
        {
            case "signed out":
                await scene.Credentials.EndSession(
                    (await scene.Credentials.ListSessions(CancellationToken.None)).Single().Id, BankCluster.Origin, CancellationToken.None);
                break;
            case "signed in again":
                Assert.Null(await scene.SignInAsync());
                break;
            case "suspended":
                await scene.Credentials.SuspendPhone(null, "lost", BankCluster.Origin, CancellationToken.None);
                break;
            case "locked":
                await scene.TryWrongPasswordsAsync(new LockoutOptions().FailuresMax);
                break;
        }

        var sessions = (await scene.Credentials.ListSessions(CancellationToken.None)).Select(session => session.Id).ToArray();
        Assert.False((await CompleteAsync(scene, challenge, fnp)).Succeeded);
        Assert.Equal(sessions, (await scene.Credentials.ListSessions(CancellationToken.None)).Select(session => session.Id));
    }

    [Fact]
    public async Task CompletePasswordReset_Again_SaysTheSameAndDoesNothing()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, fnp) = await BeginResetAsync(scene);
        Assert.Null(await CompleteResetAsync(scene, challenge, fnp, NewPassword));
        var events = await scene.EventsAsync();
        Assert.Null(await CompleteResetAsync(scene, challenge, fnp, NewPassword));
        Assert.Equal(events, await scene.EventsAsync());
        Assert.Equal(Reason.FnpExpired, await CompleteResetAsync(scene, challenge, fnp, new Secret("yet another 7")));
        // Nor does a password that may not be set open the FNP again.
        Assert.NotNull(await CompleteResetAsync(scene, challenge, fnp, new Secret(scene.Customer.Number.ToString() + "a")));
        Assert.Equal(Reason.FnpExpired, await CompleteResetAsync(scene, challenge, fnp, new Secret("yet another 7")));
    }

    [Fact]
    public async Task CompletePasswordReset_AgainAfterAnotherPassword_IsRefused()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, fnp) = await BeginResetAsync(scene);
        Assert.Null(await CompleteResetAsync(scene, challenge, fnp, NewPassword));
        var (next, nextFnp) = await BeginResetAsync(scene);
        Assert.Null(await CompleteResetAsync(scene, next, nextFnp, new Secret("yet another 7")));
        Assert.Equal(Reason.FnpExpired, await CompleteResetAsync(scene, challenge, fnp, NewPassword));
    }

    /// <summary>Who asks twice is answered alike, whoever it is, and one try is counted.</summary>
    [Theory]
    [InlineData("right")]
    [InlineData("wrong")]
    [InlineData("unknown")]
    [InlineData("not enrolled")]
    public async Task BeginSignIn_Again_IsTheSameAttempt(string who)
    {
        var scene = await SignInScene.OpenAsync(bank);
        var customer = who == "not enrolled" ? await bank.OpenCustomerAsync() : scene.Customer;
        var identifier = new CustomerIdentifier(who == "unknown" ? CustomerNumber.From(799_999_997) : customer.Number, null);
        var password = who == "wrong" ? new Secret("wrong horse 1") : TestCustomer.Password;
        var (id, before) = (Guid.NewGuid(), await scene.EventsAsync());
        var first = await BeginAsync();
        bank.Clock.Advance(TimeSpan.FromSeconds(10));
        var written = await bank.CountDecoysAsync();
        Assert.Equal(first, await BeginAsync());
        await bank.Cluster.DeactivateAsync(bank.Inside.FnpSession(first.SessionId));
        await bank.Cluster.DeactivateAsync(scene.Credentials);
        Assert.Equal(first, await BeginAsync());

        Assert.Equal(written, await bank.CountDecoysAsync());
        SecurityEventKind[] expected = who switch
        {
            "right" => [SecurityEventKind.SignInBegun],
            "wrong" => [SecurityEventKind.PasswordWrong],
            _ => [],
        };
        Assert.Equal(expected, (await scene.EventsAsync()).SkipLast(before.Count));
        Assert.Equal(who == "wrong" ? 1 : 0, (await scene.StandingAsync()).Failures);
        if (who == "right")
            await bank.Messages.NextFnpAsync(customer.Phone);
        Assert.False(await bank.HasFnpAsync(customer.Phone));

        async Task<FnpChallenge> BeginAsync() => (await Door.BeginSignIn(
            identifier, password, scene.Device, BankCluster.Origin, id, CancellationToken.None)).Value!;
    }

    [Fact]
    public async Task BeginSignIn_OtherContentUnderTheSameId_IsAnotherAttempt()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var nationalId = (await bank.Grains.Customer(scene.Customer.Number).Get(CancellationToken.None)).Value!.NationalId;
        var (id, wrong, number) = (Guid.NewGuid(), new Secret("wrong horse 1"), new CustomerIdentifier(scene.Customer.Number, null));
        (CustomerIdentifier Identifier, Secret Password, Device Device, Guid Id)[] attempts =
        [
            (number, wrong, scene.Device, id),
            (number, new Secret("wrong horse 2"), scene.Device, id),
            (new CustomerIdentifier(null, nationalId), wrong, scene.Device, id),
            (number, wrong, scene.Device with { PushToken = "another" }, id),
            (number, wrong, scene.Device with { Name = "another" }, id),
            (number, wrong, scene.Device with { Platform = Messages.DevicePlatform.Ios }, id),
            (number, wrong, scene.Device with { Id = Guid.NewGuid() }, id),
            (number, wrong, scene.Device, Guid.NewGuid()),
        ];
        var begun = new HashSet<Guid>();
        for (var i = 0; i < attempts.Length; i++)
        {
            var (identifier, password, device, request) = attempts[i];
            var challenge = await Door.BeginSignIn(identifier, password, device, BankCluster.Origin, request, CancellationToken.None);
            Assert.True(begun.Add(challenge.Value!.SessionId), $"attempt {i} is one that came before");
            if (i < 4)
                Assert.Equal(i + 1, (await scene.StandingAsync()).Failures);
        }
    }

    [Fact]
    public async Task BeginSignIn_AgainAfterItExpired_BeginsAnew()
    {
        var (scene, id) = (await SignInScene.OpenAsync(bank), Guid.NewGuid());
        var first = await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id);
        var fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        bank.Clock.Advance(new FnpOptions().Lifetime - TimeSpan.FromTicks(1));
        Assert.Equal(first, await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id));
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));

        bank.Clock.Advance(TimeSpan.FromTicks(1));
        var anew = await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id);
        Assert.Equal(bank.Clock.GetUtcNow() + new FnpOptions().Lifetime, anew.ExpiresAt);
        var next = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        if (next != fnp)
            Assert.Equal(Reason.FnpWrong, await scene.CompleteAsync(anew, fnp));
        Assert.Null(await scene.CompleteAsync(anew, next));
    }

    [Fact]
    public async Task BeginSignIn_AgainAfterAResend_AnswersWhatHoldsNow()
    {
        var (scene, id) = (await SignInScene.OpenAsync(bank), Guid.NewGuid());
        var first = await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id);
        await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        bank.Clock.Advance(new FnpOptions().ResendAfter);
        var resent = await bank.Grains.FnpSession(first.SessionId).Resend(scene.Device.Id, CancellationToken.None);
        Assert.NotEqual(first, resent.Value);
        Assert.Equal(resent.Value, await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id));
        Assert.Null(await scene.CompleteAsync(first, await bank.Messages.NextFnpAsync(scene.Customer.Phone)));
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
    }

    /// <summary>It says the same, and gives no second session.</summary>
    [Fact]
    public async Task BeginSignIn_AgainAfterItsFnpWasUsed_IsTheSameAttempt()
    {
        var (scene, id) = (await SignInScene.OpenAsync(bank), Guid.NewGuid());
        var first = await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id);
        var fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        var tokens = (await CompleteAsync(scene, first, fnp)).Value!.Tokens;
        Assert.Equal(first, await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id));
        Assert.Equal(tokens.RefreshToken, (await CompleteAsync(scene, first, fnp)).Value!.Tokens.RefreshToken);
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
    }

    /// <summary>Two taps on a button, or two connections: right or wrong, of a customer or of nobody.</summary>
    [Theory]
    [InlineData("correct horse 1", true)]
    [InlineData("wrong horse 1", true)]
    [InlineData("wrong horse 1", false)]
    public async Task BeginSignIn_ManyTimesAtOnce_IsOneAttempt(string password, bool known)
    {
        var (scene, id) = (await SignInScene.OpenAsync(bank), Guid.NewGuid());
        var identifier = new CustomerIdentifier(known ? scene.Customer.Number : CustomerNumber.From(799_999_996), null);
        var written = await bank.CountDecoysAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Door.BeginSignIn(
            identifier, new Secret(password), scene.Device, BankCluster.Origin, id, CancellationToken.None)));
        Assert.Single(answers.Select(answer => answer.Value!).Distinct());
        var right = password == TestCustomer.Password.Value;
        Assert.Equal(known && !right ? 1 : 0, (await scene.StandingAsync()).Failures);
        Assert.Equal(known ? 0 : 1, await bank.CountDecoysAsync() - written);
        if (right)
            await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
        Assert.Equal(right ? 3 : 2, (await scene.Credentials.ListFnpMessages(CancellationToken.None)).Count);
    }

    [Fact]
    public async Task BeginSignIn_AgainAfterALock_AnswersTheSameAndOpensNothing()
    {
        var (scene, id) = (await SignInScene.OpenAsync(bank), Guid.NewGuid());
        var first = await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id);
        var fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        await scene.TryWrongPasswordsAsync(new LockoutOptions().FailuresMax);
        Assert.Equal(first, await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id));
        Assert.Equal(Reason.SignInLocked, await scene.CompleteAsync(first, fnp));
        await scene.IdentifyAsync();
        Assert.Null(await scene.UnlockAsync());
        // Nor after it: the epoch is another one. A new request is looked at.
        Assert.Equal(first, await scene.TryPasswordAsync(TestCustomer.Password.Value, requestId: id));
        Assert.Equal(Reason.FnpExpired, await scene.CompleteAsync(first, fnp));
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
        Assert.True(await scene.RightPasswordSendsAsync());
    }

    [Theory]
    [InlineData(FnpPurpose.Enrolment, true)]
    [InlineData(FnpPurpose.Enrolment, false)]
    [InlineData(FnpPurpose.PasswordReset, true)]
    [InlineData(FnpPurpose.PasswordReset, false)]
    public async Task Begin_ByCardAgain_IsTheSameAttempt(FnpPurpose purpose, bool right)
    {
        var (scene, id) = (await SignInScene.OpenAsync(bank), Guid.NewGuid());
        var before = await scene.EventsAsync();
        var first = await BeginAsync("12/29", purpose);
        bank.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(first, await BeginAsync("12/29", purpose));
        Assert.Equal(right ? [SecurityEventKind.NewPasswordBegun] : [], (await scene.EventsAsync()).SkipLast(before.Count));
        if (right)
            await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));

        Assert.NotEqual(first.SessionId, (await BeginAsync("11/29", purpose)).SessionId);
        var other = purpose == FnpPurpose.Enrolment ? FnpPurpose.PasswordReset : FnpPurpose.Enrolment;
        Assert.NotEqual(first.SessionId, (await BeginAsync("12/29", other)).SessionId);
        await bank.SmsSentAsync();

        async Task<FnpChallenge> BeginAsync(string expiry, FnpPurpose of)
        {
            var identifier = new CustomerIdentifier(right ? scene.Customer.Number : CustomerNumber.From(799_999_995), null);
            var begun = of == FnpPurpose.Enrolment
                ? await Door.BeginEnrolment(
                    identifier, scene.Customer.Card, CardExpiry.Parse(expiry), scene.Device, BankCluster.Origin, id, CancellationToken.None)
                : await Door.BeginPasswordReset(
                    identifier, scene.Customer.Card, CardExpiry.Parse(expiry), scene.Device, BankCluster.Origin, id,
                    CancellationToken.None);
            return begun.Value!;
        }
    }

    /// <summary>A wrong password says so, and says it again without another try.</summary>
    [Fact]
    public async Task BeginPasswordChange_WrongPasswordAgain_IsCountedOnce()
    {
        var (scene, id) = (await SignInScene.OpenAsync(bank), Guid.NewGuid());
        var session = await SessionAsync(scene);
        for (var i = 0; i < 2; i++)
        {
            var refused = await BeginChangeAsync(scene, session, id, "wrong horse 1");
            Assert.Equal(new Refusal(Reason.PasswordWrong, "current_password"), refused.Refusal);
        }

        Assert.Equal(1, (await scene.StandingAsync()).Failures);
        Assert.True((await BeginChangeAsync(scene, session, id)).Succeeded);
        await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        bank.Clock.Advance(new FnpOptions().Lifetime);
        Assert.Equal(Reason.PasswordWrong, (await BeginChangeAsync(scene, session, id, "wrong horse 1")).Refusal?.Reason);
        Assert.Equal(2, (await scene.StandingAsync()).Failures);
    }

    [Fact]
    public async Task BeginPasswordChange_Again_SendsOneFnp()
    {
        var (scene, id) = (await SignInScene.OpenAsync(bank), Guid.NewGuid());
        var session = await SessionAsync(scene);
        var both = await Task.WhenAll(BeginChangeAsync(scene, session, id), BeginChangeAsync(scene, session, id));
        Assert.Equal(both[0].Value, both[1].Value);
        Assert.NotNull(both[0].Value);
        bank.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(both[0].Value, (await BeginChangeAsync(scene, session, id)).Value);
        await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
    }

    [Fact]
    public async Task CompletePasswordChange_Again_GivesTheSameNewSession()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var session = await SessionAsync(scene);
        var (challenge, fnp) = await BeginChangeAsync(scene, session);
        var first = (await CompleteChangeAsync(scene, session, challenge, fnp)).Value!;
        var events = await scene.EventsAsync();
        Assert.Equal(
            first.Tokens.RefreshToken, (await CompleteChangeAsync(scene, session, challenge, fnp)).Value!.Tokens.RefreshToken);
        Assert.Equal(events, await scene.EventsAsync());
        // Another password is another request.
        Assert.Equal(
            Reason.FnpExpired, (await CompleteChangeAsync(scene, session, challenge, fnp, "yet another 7")).Refusal?.Reason);

        Assert.True((await bank.RefreshAsync(first.Tokens.RefreshToken)).Succeeded);
        Assert.Equal(Reason.FnpExpired, (await CompleteChangeAsync(scene, session, challenge, fnp)).Refusal?.Reason);
    }

    [Fact]
    public async Task CompletePasswordChange_TwiceAtOnce_GivesTheSameNewSession()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var session = await SessionAsync(scene);
        var (challenge, fnp) = await BeginChangeAsync(scene, session);
        var both = await Task.WhenAll(
            CompleteChangeAsync(scene, session, challenge, fnp), CompleteChangeAsync(scene, session, challenge, fnp));
        Assert.Single(both.Select(changed => changed.Value!.Tokens.RefreshToken).Distinct());
        Assert.Single(await scene.Credentials.ListSessions(CancellationToken.None));
    }

    [Fact]
    public async Task CompletePasswordChange_AgainWhenTheNewSessionHasEnded_IsRefused()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var session = await SessionAsync(scene);
        var (challenge, fnp) = await BeginChangeAsync(scene, session);
        Assert.True((await CompleteChangeAsync(scene, session, challenge, fnp)).Succeeded);
        await scene.Credentials.EndSessions(except: null, BankCluster.Origin, CancellationToken.None);
        Assert.Equal(Reason.FnpExpired, (await CompleteChangeAsync(scene, session, challenge, fnp)).Refusal?.Reason);
        Assert.Empty(await scene.Credentials.ListSessions(CancellationToken.None));
    }

    /// <summary>Its token gets in for the answer that was lost, and changes no password and counts no wrong FNP.</summary>
    [Theory]
    [InlineData("signed out")]
    [InlineData("ended by its change, another FNP")]
    [InlineData("ended by a change in another session")]
    [InlineData("ended by its change, the FNP of the next session")]
    [InlineData("ended by a forgotten password")]
    public async Task CompletePasswordChange_InASessionThatHasEnded_IsRefusedBeforeTheFnpIsLookedAt(string how)
    {
        var scene = await SignInScene.OpenAsync(bank);
        var session = await SessionAsync(scene);
        var (challenge, fnp) = await BeginChangeAsync(scene, session);
        switch (how)
        {
            case "signed out":
                await scene.Credentials.EndSession(session, BankCluster.Origin, CancellationToken.None);
                break;
            case "ended by its change, another FNP":
                var (used, usedFnp) = await BeginChangeAsync(scene, session);
                Assert.True((await CompleteChangeAsync(scene, session, used, usedFnp)).Succeeded);
                break;
            case "ended by a change in another session":
                var other = (await PaymentScene.RequesterAsync(bank, scene.Customer, await SignInElsewhereAsync(scene))).SessionId;
                (used, usedFnp) = await BeginChangeAsync(scene, other);
                Assert.True((await Door.CompletePasswordChange(
                    scene.Customer.Number, used.SessionId, _elsewhere!.Id, usedFnp, NewPassword, BankCluster.Origin, other,
                    CancellationToken.None)).Succeeded);
                // Not even with the FNP that was used.
                (challenge, fnp) = (used, usedFnp);
                break;
            case "ended by its change, the FNP of the next session":
                var next = SessionOf((await CompleteChangeAsync(scene, session, challenge, fnp)).Value!);
                (challenge, fnp) = await BeginChangeAsync(scene, next, NewPassword.Value);
                break;
            case "ended by a forgotten password":
                var (reset, resetFnp) = await BeginResetAsync(scene);
                Assert.Null(await CompleteResetAsync(scene, reset, resetFnp, NewPassword));
                (challenge, fnp) = (reset, resetFnp);
                break;
        }

        var (events, failures) = (await scene.EventsAsync(), (await scene.StandingAsync()).Failures);
        foreach (var given in (Secret[])[SignInScene.Wrong(fnp), fnp])
        {
            Assert.Equal(
                Reason.SessionEnded, (await CompleteChangeAsync(scene, session, challenge, given, "yet another 7")).Refusal?.Reason);
        }

        Assert.Equal(events, await scene.EventsAsync());
        Assert.Equal(failures, (await scene.StandingAsync()).Failures);
    }

    private Device? _elsewhere;

    private async Task<Device> SignInElsewhereAsync(SignInScene scene)
    {
        await bank.SignInAsync(scene.Customer, _elsewhere = BankCluster.NewDevice());
        return _elsewhere;
    }

    private static async Task<Guid> SessionAsync(SignInScene scene) =>
        (await scene.Credentials.ListSessions(CancellationToken.None)).Single().Id;

    private static Guid SessionOf(SignedIn signedIn) =>
        Guid.Parse(new JsonWebToken(signedIn.Tokens.AccessToken.Value).GetClaim("sid").Value);

    private Task<Result<FnpChallenge>> BeginChangeAsync(SignInScene scene, Guid session, Guid id, string? password = null) =>
        Door.BeginPasswordChange(
            scene.Customer.Number, session, new Secret(password ?? TestCustomer.Password.Value), BankCluster.Origin, id,
            CancellationToken.None);

    private async Task<(FnpChallenge Challenge, Secret Fnp)> BeginChangeAsync(SignInScene scene, Guid session, string? password = null) =>
        ((await BeginChangeAsync(scene, session, Guid.NewGuid(), password)).Value!, await bank.Messages.NextFnpAsync(scene.Customer.Phone));

    private Task<Result<SignedIn>> CompleteChangeAsync(
        SignInScene scene, Guid session, FnpChallenge challenge, Secret fnp, string? password = null) =>
        Door.CompletePasswordChange(
            scene.Customer.Number, challenge.SessionId, scene.Device.Id, fnp, password is null ? NewPassword : new Secret(password),
            BankCluster.Origin, session, CancellationToken.None);

    private async Task<(FnpChallenge Challenge, Secret Fnp)> BeginResetAsync(SignInScene scene)
    {
        var begun = await Door.BeginPasswordReset(
            new CustomerIdentifier(scene.Customer.Number, null), scene.Customer.Card, CardExpiry.Parse("12/29"), scene.Device,
            BankCluster.Origin, Guid.NewGuid(), CancellationToken.None);
        return (begun.Value!, await bank.Messages.NextFnpAsync(scene.Customer.Phone));
    }

    private async Task<Reason?> CompleteResetAsync(SignInScene scene, FnpChallenge challenge, Secret fnp, Secret password) =>
        (await Door.CompletePasswordReset(
            challenge.SessionId, scene.Device.Id, fnp, password, BankCluster.Origin, CancellationToken.None)).Refusal?.Reason;

    private Task<Result<SignedIn>> CompleteAsync(SignInScene scene, FnpChallenge challenge, Secret fnp) =>
        Door.CompleteSignIn(challenge.SessionId, scene.Device.Id, fnp, BankCluster.Origin, CancellationToken.None);
}
