using BktSmart.Authentication;
using BktSmart.Keys;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace BktSmart.Tests.Cluster;

public sealed class SessionTest(StillBank bank) : IClassFixture<StillBank>
{
    private static readonly SessionOptions Limits = new();

    private async Task<SessionTokens> SignInAsync()
    {
        var customer = await bank.OpenCustomerAsync();
        await bank.EnrolAsync(customer);
        return await bank.SignInAsync(customer, BankCluster.NewDevice());
    }

    private Task<Result<SessionTokens>> RefreshAsync(Secret token, Guid? requestId = null) => bank.RefreshAsync(token, requestId);

    [Fact]
    public async Task RefreshSession_IdleForFiveMinutes_HasEnded()
    {
        var (inTime, late) = (await SignInAsync(), await SignInAsync());
        bank.Clock.Advance(Limits.IdleMax - TimeSpan.FromTicks(1));
        Assert.True((await RefreshAsync(inTime.RefreshToken)).Succeeded);
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(late.RefreshToken)).Refusal?.Reason);
    }

    /// <summary>For as long as the session lives, and by whatever activation.</summary>
    [Fact]
    public async Task RefreshSession_AnswerWasLost_IsGivenAgainUntilTheSessionEnds()
    {
        var (first, id) = (await SignInAsync(), Guid.NewGuid());
        var second = (await RefreshAsync(first.RefreshToken, id)).Value!;
        bank.Clock.Advance(Limits.IdleMax - TimeSpan.FromTicks(1));
        await bank.Cluster.DeactivateAsync(bank.Inside.Session(SessionOf(first)));
        var again = (await RefreshAsync(first.RefreshToken, id)).Value!;
        Assert.Equal(
            (second.RefreshToken, second.RefreshTokenExpiresAt), (again.RefreshToken, again.RefreshTokenExpiresAt));
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(first.RefreshToken, id)).Refusal?.Reason);
    }

    [Fact]
    public async Task RefreshSession_UsedTokenUnderAnotherId_EndsTheSessionAtOnceForEverybody()
    {
        var (first, id) = (await SignInAsync(), Guid.NewGuid());
        var second = (await RefreshAsync(first.RefreshToken, id)).Value!;
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(first.RefreshToken)).Refusal?.Reason);
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(first.RefreshToken, id)).Refusal?.Reason);
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(second.RefreshToken)).Refusal?.Reason);
        Assert.Contains(SessionOf(first), await RevokedAsync());
    }

    /// <summary>Also under the id that it was used with, or under that of the one after.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RefreshSession_TokenBeforeTheLast_EndsTheSession(bool underItsOwnId)
    {
        var (first, id, nextId) = (await SignInAsync(), Guid.NewGuid(), Guid.NewGuid());
        var second = (await RefreshAsync(first.RefreshToken, id)).Value!;
        var third = (await RefreshAsync(second.RefreshToken, nextId)).Value!;
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(first.RefreshToken, underItsOwnId ? id : nextId)).Refusal?.Reason);
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(third.RefreshToken)).Refusal?.Reason);
    }

    [Fact]
    public async Task RefreshSession_SameRequestManyTimesAtOnce_GivesOneNextToken()
    {
        var (first, id) = (await SignInAsync(), Guid.NewGuid());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RefreshAsync(first.RefreshToken, id)));
        Assert.Single(answers.Select(answer => answer.Value!.RefreshToken).Distinct());
    }

    [Fact]
    public async Task RefreshSession_TwoAtOnceUnderTwoIds_EndTheSession()
    {
        var first = await SignInAsync();
        var answers = await Task.WhenAll(RefreshAsync(first.RefreshToken), RefreshAsync(first.RefreshToken));
        Assert.Equal(Reason.SessionEnded, answers.Single(answer => !answer.Succeeded).Refusal?.Reason);
        var given = answers.Single(answer => answer.Succeeded).Value!;
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(given.RefreshToken)).Refusal?.Reason);
    }

    [Fact]
    public async Task RefreshSession_StoredState_DoesNotHoldTheId()
    {
        var (first, id) = (await SignInAsync(), Guid.NewGuid());
        await RefreshAsync(first.RefreshToken, id);
        var stored = await TestDatabase.ReadAsync<string>(
            bank.Database.Silo,
            $"select convert_from(payload, 'UTF8') from orleans.storage where key_extension = 'session-{SessionOf(first):N}'");
        // Silos of the version before look at the generation.
        Assert.Contains("\"RefreshedBy\":{\"Generation\":2,", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(id.ToString(), stored, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(id.ToByteArray(bigEndian: true)), stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefreshSession_AllDayLong_EndsAtTheAbsoluteLimitAndNoTokenOutlivesIt()
    {
        var tokens = await SignInAsync();
        var end = bank.Clock.GetUtcNow() + Limits.AbsoluteMax;
        while (bank.Clock.GetUtcNow() + TimeSpan.FromMinutes(4) < end)
        {
            bank.Clock.Advance(TimeSpan.FromMinutes(4));
            tokens = (await RefreshAsync(tokens.RefreshToken)).Value!;
            Assert.True(tokens.AccessTokenExpiresAt <= end && tokens.RefreshTokenExpiresAt <= end);
        }

        bank.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(tokens.RefreshToken)).Refusal?.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task RefreshSession_TokenThatTheBankDidNotMake_IsRefused(string token) =>
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(new Secret(token))).Refusal?.Reason);

    [Fact]
    public async Task OpenSession_MoreThanAllowed_EndsTheOldest()
    {
        var customer = await bank.OpenCustomerAsync();
        await bank.EnrolAsync(customer);
        var sessions = new List<SessionTokens>();
        for (var i = 0; i <= Limits.PerCustomerMax; i++)
            sessions.Add(await bank.SignInAsync(customer, BankCluster.NewDevice()));
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(sessions[0].RefreshToken)).Refusal?.Reason);
        Assert.True((await RefreshAsync(sessions[1].RefreshToken)).Succeeded);
    }

    [Fact]
    public async Task SetPassword_EnrollingAgain_EndsOpenSessions()
    {
        var customer = await bank.OpenCustomerAsync();
        await bank.EnrolAsync(customer);
        var tokens = await bank.SignInAsync(customer, BankCluster.NewDevice());
        await bank.EnrolAsync(customer, new Secret("another horse 2"));
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(tokens.RefreshToken)).Refusal?.Reason);
        Assert.Contains(SessionOf(tokens), await RevokedAsync());
    }

    [Fact]
    public async Task RefreshSession_SecondActivationOfTheCredentialsEndedIt_HasEnded()
    {
        var customer = await bank.OpenCustomerAsync();
        await bank.EnrolAsync(customer);
        var tokens = await bank.SignInAsync(customer, BankCluster.NewDevice());
        // What another activation would have stored; this one does not know of it.
        await TestDatabase.ExecuteAsync(bank.Database.Silo, $$"""
            update bank.credentials set version = version + 1, state = jsonb_set(state, '{Sessions}', '[]')
             where customer_number = {{customer.Number}}
            """);
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(tokens.RefreshToken)).Refusal?.Reason);
    }

    [Fact]
    public async Task EndSessions_ButOne_LeavesThatOne()
    {
        var customer = await bank.OpenCustomerAsync();
        await bank.EnrolAsync(customer);
        var (here, there) = (
            await bank.SignInAsync(customer, BankCluster.NewDevice()), await bank.SignInAsync(customer, BankCluster.NewDevice()));
        await bank.Grains.Credentials(customer.Number).EndSessions(SessionOf(here), BankCluster.Origin, CancellationToken.None);
        Assert.Equal(Reason.SessionEnded, (await RefreshAsync(there.RefreshToken)).Refusal?.Reason);
        Assert.True((await RefreshAsync(here.RefreshToken)).Succeeded);
        Assert.Equal(
            [SessionOf(here)],
            (await bank.Grains.Credentials(customer.Number).ListSessions(CancellationToken.None)).Select(session => session.Id));
    }

    [Fact]
    public async Task OpenSession_StateCannotBeStored_LeavesPushWithTheDeviceBefore()
    {
        var customer = await bank.OpenCustomerAsync();
        await bank.EnrolAsync(customer);
        var first = BankCluster.NewDevice("first");
        await bank.SignInAsync(customer, first);
        var second = BankCluster.NewDevice("second");
        var (challenge, fnp) = await bank.BeginSignInAsync(customer, second);
        // As if another activation had written.
        await TestDatabase.ExecuteAsync(
            bank.Database.Silo, $"update bank.credentials set version = version + 1 where customer_number = {customer.Number}");

        TestLog.Current.Expect("credentials were written by another activation");
        await Assert.ThrowsAnyAsync<Exception>(() => bank.Grains.Authentication().CompleteSignIn(
            challenge.SessionId, second.Id, fnp, BankCluster.Origin, CancellationToken.None));
        Assert.Equal(first.Id, Guid.Parse(await TestDatabase.ReadAsync<string>(
            bank.Database.Silo, $"select state ->> 'LastDeviceId' from bank.credentials where customer_number = {customer.Number}")));
    }

    private async Task<IReadOnlyList<Guid>> RevokedAsync() =>
        (await bank.Grains.Authentication().GetRevocations(DateTimeOffset.UtcNow.AddMinutes(-5), CancellationToken.None)).Sessions;

    private static Guid SessionOf(SessionTokens tokens) => Guid.Parse(new JsonWebToken(tokens.AccessToken.Value).GetClaim("sid").Value);

    [Fact]
    public async Task EndSession_OfAnotherCustomer_IsLeftAlone()
    {
        var tokens = await SignInAsync();
        await bank.Grains.Credentials((await bank.OpenCustomerAsync()).Number)
            .EndSession(SessionOf(tokens), BankCluster.Origin, CancellationToken.None);
        Assert.True((await RefreshAsync(tokens.RefreshToken)).Succeeded);
    }

    [Fact]
    public async Task StoredCredentials_HoldNoPassword()
    {
        await SignInAsync();
        Assert.Equal(0, await TestDatabase.ReadAsync<long>(
            bank.Database.Silo, "select count(*) from bank.credentials where state::text like '%correct horse%'"));
        Assert.NotEqual(0, await TestDatabase.ReadAsync<long>(
            bank.Database.Silo, "select count(*) from bank.credentials where state::text like '%argon2id%'"));
    }
}
