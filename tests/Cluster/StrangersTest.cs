using BktSmart.Authentication;
using BktSmart.Cards;
using BktSmart.Customers;

namespace BktSmart.Tests.Cluster;

/// <summary>R7: guesses at many customers count together, and who is kept out by them gets in by card and FNP.</summary>
public sealed class StrangersTest(WaryBank bank) : IClassFixture<WaryBank>
{
    private IAuthenticationGrain Door => bank.Grains.Authentication();

    [Fact]
    public async Task BeginSignIn_OnePasswordForManyCustomers_IsLookedAtAsOftenAsFromOneNetworkItMay()
    {
        const string crowded = "198.51.100.0/24";
        var scene = await SignInScene.OpenAsync(bank);
        Assert.True(await SendsAsync(scene, BankCluster.NewDevice(), crowded));
        for (var i = 0; i < bank.TooMany; i++)
        {
            await Door.BeginSignIn(
                new CustomerIdentifier(CustomerNumber.From(900_000_000 + i), null), TestCustomer.Password, BankCluster.NewDevice(), crowded,
                Guid.NewGuid(), CancellationToken.None);
        }

        // The right password, and nobody looks.
        Assert.False(await SendsAsync(scene, BankCluster.NewDevice(), crowded));
        Assert.True(await SendsAsync(scene, scene.Device, crowded));
        Assert.True(await SendsAsync(scene, BankCluster.NewDevice(), "198.51.101.0/24"));
        Assert.Equal(0, (await scene.StandingAsync()).Failures);
        bank.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await SendsAsync(scene, BankCluster.NewDevice(), crowded));
    }

    /// <summary>Strangers shut out unknown devices, and whole networks; the customer stands there with a new phone.</summary>
    [Fact]
    public async Task CompletePasswordReset_OnANewPhoneThatIsShutOut_LetsThisPhoneIn()
    {
        const string network = "203.0.113.0/24";
        var scene = await SignInScene.OpenAsync(bank);
        var phone = BankCluster.NewDevice();
        await GuessAsync(scene, network);
        await ShutOutAsync(scene);
        Assert.False(await SendsAsync(scene, phone, network));

        await ResetAsync(scene, phone, network);
        await ShutOutAsync(scene);
        Assert.False(await SendsAsync(scene, BankCluster.NewDevice(), network, NewPassword));
        var challenge = (await BeginAsync(scene, phone, network, NewPassword))!;
        var fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        Assert.True((await Door.CompleteSignIn(challenge.SessionId, phone.Id, fnp, network, CancellationToken.None)).Succeeded);
        Assert.Equal(SecurityEventKind.SignedInOnNewDevice, (await scene.EventsAsync())[0]);

        // What is known of a phone is forgotten with it.
        await scene.Credentials.DeleteDevice(phone.Id, network, CancellationToken.None);
        Assert.False(await SendsAsync(scene, phone, network, NewPassword));
    }

    /// <summary>On that phone five failures lock: nobody has guesses there besides those of the customer's other devices.</summary>
    [Fact]
    public async Task TryPassword_WrongWhereThePasswordWasSet_CountsAsTheCustomers()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var phone = BankCluster.NewDevice();
        await ResetAsync(scene, phone, BankCluster.Origin);
        await scene.TryWrongPasswordsAsync(2);
        await scene.TryWrongPasswordsAsync(3, () => phone);
        Assert.NotNull((await scene.StandingAsync()).LockedAt);
    }

    /// <summary>A borrowed phone, on which nobody ever signed in: it is on no list, and can be forgotten all the same.</summary>
    [Fact]
    public async Task DeleteDevice_WhereThePasswordWasSet_IsAStrangerAgain()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var phone = BankCluster.NewDevice();
        await ResetAsync(scene, phone, BankCluster.Origin);
        await scene.Credentials.DeleteDevice(phone.Id, BankCluster.Origin, CancellationToken.None);
        await scene.TryWrongPasswordsAsync(new LockoutOptions().FailuresMax, () => phone);
        Assert.Equal((0, null), ((await scene.StandingAsync()).Failures, (await scene.StandingAsync()).LockedAt));
    }

    [Fact]
    public async Task SignIn_OnAnotherDevice_MakesWhereThePasswordWasSetAStranger()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var phone = BankCluster.NewDevice();
        await ResetAsync(scene, phone, BankCluster.Origin);
        var challenge = (await BeginAsync(scene, scene.Device, BankCluster.Origin, NewPassword))!;
        var fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        Assert.Null(await scene.CompleteAsync(challenge, fnp));
        await scene.TryWrongPasswordsAsync(new LockoutOptions().FailuresMax, () => phone);
        Assert.Null((await scene.StandingAsync()).LockedAt);
    }

    private static Secret NewPassword { get; } = new("another horse 2");

    /// <summary>A new password, with card and FNP.</summary>
    private async Task ResetAsync(SignInScene scene, Device device, string network)
    {
        var begun = await Door.BeginPasswordReset(
            new CustomerIdentifier(scene.Customer.Number, null), scene.Customer.Card, CardExpiry.Parse("12/29"), device, network,
            Guid.NewGuid(), CancellationToken.None);
        var set = await Door.CompletePasswordReset(
            begun.Value!.SessionId, device.Id, await bank.Messages.NextFnpAsync(scene.Customer.Phone), NewPassword, network,
            CancellationToken.None);
        Assert.True(set.Succeeded, set.Refusal?.ToString());
    }

    private async Task GuessAsync(SignInScene scene, string network)
    {
        for (var i = 0; i < bank.TooMany; i++)
            await BeginAsync(scene, BankCluster.NewDevice(), network, new Secret("wrong horse 1"));
    }

    /// <summary>By guesses from a network that is not crowded.</summary>
    private static async Task ShutOutAsync(SignInScene scene)
    {
        await scene.TryWrongPasswordsAsync(new LockoutOptions().UnknownDeviceFailuresMax, () => BankCluster.NewDevice());
        Assert.NotNull((await scene.StandingAsync()).UnknownDevicesShutOutUntil);
    }

    /// <summary>Whether an SMS comes for the password.</summary>
    private async Task<bool> SendsAsync(SignInScene scene, Device device, string network, Secret? password = null)
    {
        await BeginAsync(scene, device, network, password ?? TestCustomer.Password);
        if (!await bank.HasFnpAsync(scene.Customer.Phone))
            return false;
        await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        return true;
    }

    private async Task<FnpChallenge?> BeginAsync(SignInScene scene, Device device, string network, Secret password) =>
        (await Door.BeginSignIn(
            new CustomerIdentifier(scene.Customer.Number, null), password, device, network, Guid.NewGuid(), CancellationToken.None)).Value;
}
