using BktSmart.Authentication;
using BktSmart.Cards;
using BktSmart.Customers;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace BktSmart.Tests.Cluster;

/// <summary>R5, R6, R9: the age, the change and the loss of a password.</summary>
public sealed class PasswordTest(StillBank bank) : IClassFixture<StillBank>
{
    private IAuthenticationGrain Door => bank.Grains.Authentication();

    private static Guid SessionOf(SessionTokens tokens) => Guid.Parse(new JsonWebToken(tokens.AccessToken.Value).GetClaim("sid").Value);

    private async Task<Result<SignedIn>> ChangeAsync(SignInScene scene, SessionTokens session, string current, string next)
    {
        var begun = await Door.BeginPasswordChange(
            scene.Customer.Number, SessionOf(session), new Secret(current), BankCluster.Origin, Guid.NewGuid(), CancellationToken.None);
        Assert.True(begun.Succeeded, begun.Refusal?.Reason.ToString());
        var fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        return await Door.CompletePasswordChange(
            scene.Customer.Number, begun.Value.SessionId, scene.Device.Id, fnp, new Secret(next),
            BankCluster.Origin, SessionOf(session), CancellationToken.None);
    }

    private Task<Result<FnpChallenge>> BeginResetAsync(SignInScene scene) => Door.BeginPasswordReset(
        new CustomerIdentifier(scene.Customer.Number, null), scene.Customer.Card, CardExpiry.Parse("12/29"),
        scene.Device, BankCluster.Origin, Guid.NewGuid(), CancellationToken.None);

    [Fact]
    public async Task CompleteSignIn_PasswordSixtyDaysOld_OpensASessionThatCanOnlyChangeIt()
    {
        var scene = await SignInScene.OpenAsync(bank);
        bank.Clock.Advance(new PasswordOptions().MaxAge - TimeSpan.FromSeconds(1));
        Assert.DoesNotContain("scope", Claims(await bank.SignInAsync(scene.Customer, scene.Device)));
        bank.Clock.Advance(TimeSpan.FromSeconds(1));
        var old = await bank.SignInAsync(scene.Customer, scene.Device);
        Assert.Contains("scope", Claims(old));
        // Refreshing does not widen it.
        Assert.Contains("scope", Claims((await bank.RefreshAsync(old.RefreshToken)).Value!));

        var changed = await ChangeAsync(scene, old, TestCustomer.Password.Value, "another horse 2");
        Assert.False(changed.Value!.OnlyPasswordChange);
        Assert.DoesNotContain("scope", Claims(changed.Value.Tokens));
    }

    [Fact]
    public async Task RemindAsync_SevenDaysAndOneDayBeforeTheEnd_TellsOnceEach()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var age = new PasswordOptions().MaxAge;
        await PassAsync(age - TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1), expected: 0);
        await PassAsync(TimeSpan.FromSeconds(1), expected: 1);
        await PassAsync(TimeSpan.FromDays(6) - TimeSpan.FromSeconds(1), expected: 1);
        await PassAsync(TimeSpan.FromSeconds(1), expected: 2);
        await PassAsync(TimeSpan.FromDays(30), expected: 2);

        async Task PassAsync(TimeSpan passes, int expected)
        {
            bank.Clock.Advance(passes);
            // The second silo finds the same customer.
            await Task.WhenAll(bank.Cluster.Silos.Select(silo =>
                bank.Cluster.GetSiloServiceProvider(silo.SiloAddress)
                    .GetRequiredService<PasswordReminders>()
                    .RemindAsync(CancellationToken.None)));
            Assert.Equal(expected, (await scene.EventsAsync()).Count(kind => kind == SecurityEventKind.PasswordReminder));
            await bank.SmsSentAsync();
            Assert.Equal(
                Enumerable.Repeat(SmsText.OfAlert(SecurityAlert.PasswordEnds, Language.English), expected),
                bank.Messages.AlertsTo(scene.Customer.Phone));
        }
    }

    /// <summary>
    /// A row that the database takes for due, after a change of the settings or from before, is put right and not found for ever.
    /// </summary>
    [Fact]
    public async Task RemindAsync_RowThatIsNotDue_IsPutRight()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await TestDatabase.ExecuteAsync(
            bank.Database.Silo, $"update bank.credentials set remind_at = '2000-01-01' where customer_number = {scene.Customer.Number}");
        var reminders = bank.Cluster.GetSiloServiceProvider(bank.Cluster.Silos[0].SiloAddress).GetRequiredService<PasswordReminders>();
        // Customers of other tests may be due for both reminders.
        for (var i = 0; i < 3; i++)
            await reminders.RemindAsync(CancellationToken.None);
        Assert.Equal(0, await reminders.RemindAsync(CancellationToken.None));
        Assert.DoesNotContain(SecurityEventKind.PasswordReminder, await scene.EventsAsync());
    }

    [Fact]
    public async Task CompletePasswordChange_RightFnp_EndsAllOtherSessionsAndTheOldPassword()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (here, there) = (
            await bank.SignInAsync(scene.Customer, scene.Device), await bank.SignInAsync(scene.Customer, BankCluster.NewDevice()));
        var changed = await ChangeAsync(scene, here, TestCustomer.Password.Value, "another horse 2");
        Assert.True((await bank.RefreshAsync(changed.Value!.Tokens.RefreshToken)).Succeeded);
        foreach (var before in (SessionTokens[])[here, there])
            Assert.Equal(Reason.SessionEnded, (await bank.RefreshAsync(before.RefreshToken)).Refusal?.Reason);
        Assert.False(await scene.RightPasswordSendsAsync());
        await scene.TryPasswordAsync("another horse 2");
        await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        // The first device was signed in on at the beginning: nobody is told of that one.
        await bank.SmsSentAsync();
        Assert.Equal(
            [
                SmsText.OfAlert(SecurityAlert.NewDevice, Language.English),
                SmsText.OfAlert(SecurityAlert.PasswordChanged, Language.English),
            ],
            bank.Messages.AlertsTo(scene.Customer.Phone));
    }

    [Fact]
    public async Task BeginPasswordChange_WrongPasswords_LockAndEndTheSession()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var tokens = await bank.SignInAsync(scene.Customer, scene.Device);
        var reasons = new List<Reason?>();
        for (var i = 0; i < 6; i++)
        {
            reasons.Add((await Door.BeginPasswordChange(
                scene.Customer.Number, SessionOf(tokens), new Secret("wrong horse 1"),
                BankCluster.Origin, Guid.NewGuid(), CancellationToken.None)).Refusal?.Reason);
        }

        Assert.Equal(
            [
                Reason.PasswordWrong, Reason.PasswordWrong, Reason.PasswordWrong, Reason.PasswordWrong,
                Reason.SignInLocked, Reason.SessionEnded,
            ],
            reasons);
    }

    [Fact]
    public async Task CompletePasswordChange_FnpOfAnotherCustomer_IsRefused()
    {
        var (scene, other) = (await SignInScene.OpenAsync(bank), await SignInScene.OpenAsync(bank));
        var tokens = await bank.SignInAsync(scene.Customer, scene.Device);
        var begun = await Door.BeginPasswordChange(
            scene.Customer.Number, SessionOf(tokens), TestCustomer.Password, BankCluster.Origin, Guid.NewGuid(), CancellationToken.None);
        var fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        var changed = await Door.CompletePasswordChange(
            other.Customer.Number, begun.Value!.SessionId, scene.Device.Id, fnp, new Secret("another horse 2"),
            BankCluster.Origin, (await other.Credentials.ListSessions(CancellationToken.None)).Single().Id, CancellationToken.None);
        Assert.Equal(Reason.FnpExpired, changed.Refusal?.Reason);
        Assert.Null(await other.SignInAsync());
    }

    [Fact]
    public async Task CompletePasswordReset_OneOfTheLastFive_IsRefusedAndDoesNotUseUpTheFnp()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var passwords = new List<string> { TestCustomer.Password.Value };
        for (var i = 2; i <= new PasswordOptions().HistoryLength + 1; i++)
        {
            var begun = await BeginResetAsync(scene);
            var fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
            foreach (var used in passwords.TakeLast(2))
                Assert.Equal(Reason.PasswordUsedBefore, await CompleteResetAsync(scene, begun.Value!, fnp, used));
            passwords.Add($"another horse {i}");
            Assert.Null(await CompleteResetAsync(scene, begun.Value!, fnp, passwords[^1]));
            Assert.Equal(Reason.FnpExpired, await CompleteResetAsync(scene, begun.Value!, fnp, "yet another 7"));
        }

        // The first is now the sixth.
        var last = await BeginResetAsync(scene);
        Assert.Null(await CompleteResetAsync(scene, last.Value!, await bank.Messages.NextFnpAsync(scene.Customer.Phone), passwords[0]));
    }

    [Fact]
    public async Task CompletePasswordReset_RightFnp_IsNoSignInAndEndsSessions()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var tokens = await bank.SignInAsync(scene.Customer, scene.Device);
        var begun = await BeginResetAsync(scene);
        Assert.Null(
            await CompleteResetAsync(scene, begun.Value!, await bank.Messages.NextFnpAsync(scene.Customer.Phone), "another horse 2"));
        Assert.Equal(0, (await scene.StandingAsync()).OpenSessions);
        Assert.Equal(Reason.SessionEnded, (await bank.RefreshAsync(tokens.RefreshToken)).Refusal?.Reason);
        Assert.Equal(SecurityEventKind.PasswordReset, (await scene.EventsAsync())[0]);
    }

    [Fact]
    public async Task BeginPasswordReset_NotEnrolled_AnswersAlikeAndSendsNothing()
    {
        var customer = await bank.OpenCustomerAsync();
        var begun = await Door.BeginPasswordReset(
            new CustomerIdentifier(customer.Number, null), customer.Card, CardExpiry.Parse("12/29"),
            BankCluster.NewDevice(), BankCluster.Origin, Guid.NewGuid(), CancellationToken.None);
        Assert.True(begun.Succeeded);
        Assert.False(await bank.HasFnpAsync(customer.Phone));
    }

    private async Task<Reason?> CompleteResetAsync(SignInScene scene, FnpChallenge begun, Secret fnp, string password) =>
        (await Door.CompletePasswordReset(
            begun.SessionId, scene.Device.Id, fnp, new Secret(password), BankCluster.Origin, CancellationToken.None)).Refusal?.Reason;

    private static IEnumerable<string> Claims(SessionTokens tokens) =>
        new JsonWebToken(tokens.AccessToken.Value).Claims.Select(claim => claim.Type);
}
