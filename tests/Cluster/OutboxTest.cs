using BktSmart.Authentication;
using BktSmart.Messages;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Cluster;

public sealed class OutboxTest(StillBank bank) : IClassFixture<StillBank>
{
    private static readonly string[] LastTryAndLocked =
        [SmsText.OfAlert(SecurityAlert.LastTry, Language.English), SmsText.OfAlert(SecurityAlert.Locked, Language.English)];

    [Fact]
    public async Task Alert_ProviderAwayUntilTheSilosHaveStopped_ArrivesAfterTheRestart()
    {
        var scene = await SignInScene.OpenAsync(bank);
        bank.Messages.AlertOutcome = SendOutcome.Unknown;
        await scene.TryWrongPasswordsAsync(new LockoutOptions().FailuresMax);
        await bank.StopAsync();
        Assert.Equal(2, await CountAsync(scene));
        Assert.Empty(bank.Messages.AlertsTo(scene.Customer.Phone));

        bank.Messages.AlertOutcome = null;
        await TestDatabase.ExecuteAsync(
            bank.Database.Silo, "update bank.outbox set due_at = clock_timestamp() where due_at < expires_at");
        await bank.StartAsync();
        await bank.SmsSentAsync();
        Assert.Equal(LastTryAndLocked, bank.Messages.AlertsTo(scene.Customer.Phone));
    }

    [Fact]
    public async Task Push_TokenIsDead_IsForgottenUntilTheNextSignIn()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var device = scene.Device with { PushToken = "dead" };
        await bank.SignInAsync(scene.Customer, device);
        bank.Messages.Tokens["dead"] = SendOutcome.RecipientGone;
        await PushAsync(scene, 1);
        Assert.Equal(0, await CountTokensAsync(scene));
        var devices = await scene.Credentials.ListDevices(CancellationToken.None);
        Assert.Equal(scene.Device.Id, Assert.Single(devices).Id);

        await bank.SignInAsync(scene.Customer, scene.Device with { PushToken = "alive" });
        await PushAsync(scene, 2);
        Assert.Equal(["dead", "alive"], bank.Messages.Pushes
            .Where(push => push.Target.DeviceId == scene.Device.Id)
            .Select(push => push.Target.PushToken.Value));
    }

    /// <summary>The device may have signed in again while the push service answered.</summary>
    [Fact]
    public async Task ForgetPushToken_TokenOfBefore_LeavesTheOneOfNow()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.Credentials.ForgetPushToken(scene.Device.Id, new Secret("before"), CancellationToken.None);
        await scene.Credentials.ForgetPushToken(Guid.NewGuid(), new Secret(scene.Device.PushToken!), CancellationToken.None);
        Assert.Equal(1, await CountTokensAsync(scene));
        await scene.Credentials.ForgetPushToken(scene.Device.Id, new Secret(scene.Device.PushToken!), CancellationToken.None);
        Assert.Equal(0, await CountTokensAsync(scene));
    }

    private async Task PushAsync(SignInScene scene, long number)
    {
        await using var batch = bank.Database.Silo.CreateBatch();
        batch.BatchCommands.Add(PushRows.Add([(scene.Customer.Number.Value, number, "text")], "title", TimeSpan.FromDays(1)));
        await batch.ExecuteNonQueryAsync();
        await BankCluster.EventuallyAsync(() => CountAsync(scene), count => count == 0);
    }

    private Task<long> CountAsync(SignInScene scene) => TestDatabase.ReadAsync<long>(
        bank.Database.Owner, $"select count(*) from bank.outbox where customer_number = {scene.Customer.Number}");

    private Task<long> CountTokensAsync(SignInScene scene) => TestDatabase.ReadAsync<long>(
        bank.Database.Owner, $"select count(*) from bank.push_device({scene.Customer.Number})");
}
