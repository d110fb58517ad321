using BktSmart.Authentication;
using BktSmart.Cards;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Cluster;

/// <summary>A last step whose answer was lost comes again, with the same FNP.</summary>
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

        Assert.True((await Door.RefreshSession(again.Value.Tokens.RefreshToken, CancellationToken.None)).Succeeded);
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
            scene.Customer.Number, scene.Device.Id, onlyPasswordChange: false, CancellationToken.None);
        var completed = await CompleteAsync(scene, challenge, fnp);
        Assert.Equal(tokens!.RefreshToken, completed.Value!.Tokens.RefreshToken);
        Assert.True((await Door.RefreshSession(tokens.RefreshToken, CancellationToken.None)).Succeeded);
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

    private async Task<(FnpChallenge Challenge, Secret Fnp)> BeginResetAsync(SignInScene scene)
    {
        var begun = await Door.BeginPasswordReset(
            new CustomerIdentifier(scene.Customer.Number, null), scene.Customer.Card, CardExpiry.Parse("12/29"), scene.Device,
            BankCluster.Origin, CancellationToken.None);
        return (begun.Value!, await bank.Messages.NextFnpAsync(scene.Customer.Phone));
    }

    private async Task<Reason?> CompleteResetAsync(SignInScene scene, FnpChallenge challenge, Secret fnp, Secret password) =>
        (await Door.CompletePasswordReset(
            challenge.SessionId, scene.Device.Id, fnp, password, BankCluster.Origin, CancellationToken.None)).Refusal?.Reason;

    private Task<Result<SignedIn>> CompleteAsync(SignInScene scene, FnpChallenge challenge, Secret fnp) =>
        Door.CompleteSignIn(challenge.SessionId, scene.Device.Id, fnp, BankCluster.Origin, CancellationToken.None);
}
