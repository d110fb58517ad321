using BktSmart.Authentication;
using BktSmart.Customers;

namespace BktSmart.Tests.Cluster;

/// <summary>A customer at the door, with a device that was signed in on.</summary>
internal sealed class SignInScene
{
    private static readonly StaffMember Agent = new("agent-1");

    private readonly BankCluster _bank;

    private SignInScene(BankCluster bank, TestCustomer customer) => (_bank, Customer) = (bank, customer);

    public TestCustomer Customer { get; }

    public Device Device { get; } = BankCluster.NewDevice();

    public ICredentialsGrain Credentials => _bank.Inside.Credentials(Customer.Number);

    private IAuthenticationGrain Door => _bank.Grains.Authentication();

    /// <param name="known">Whether the device was signed in on.</param>
    public static async Task<SignInScene> OpenAsync(BankCluster bank, bool known = true)
    {
        var scene = new SignInScene(bank, await bank.OpenCustomerAsync());
        await bank.EnrolAsync(scene.Customer);
        if (known)
            await bank.SignInAsync(scene.Customer, scene.Device);
        return scene;
    }

    /// <param name="requestId">Null for a new one.</param>
    public async Task<FnpChallenge> TryPasswordAsync(string password, Device? device = null, Guid? requestId = null)
    {
        var begun = await Door.BeginSignIn(
            new CustomerIdentifier(Customer.Number, null), new Secret(password),
            device ?? Device, BankCluster.Origin, requestId ?? Guid.NewGuid(), CancellationToken.None);
        Assert.True(begun.Succeeded, begun.Refusal?.Reason.ToString());
        return begun.Value;
    }

    public async Task TryWrongPasswordsAsync(int count, Func<Device>? device = null)
    {
        for (var i = 0; i < count; i++)
            await TryPasswordAsync("wrong horse 1", device?.Invoke());
    }

    public Task<(FnpChallenge Challenge, Secret Fnp)> BeginAsync() => _bank.BeginSignInAsync(Customer, Device);

    public async Task<Reason?> CompleteAsync(FnpChallenge challenge, Secret fnp, Device? device = null) =>
        (await Door.CompleteSignIn(
            challenge.SessionId, (device ?? Device).Id, fnp, BankCluster.Origin, CancellationToken.None)).Refusal?.Reason;

    public async Task<Reason?> SignInAsync()
    {
        var (challenge, fnp) = await BeginAsync();
        return await CompleteAsync(challenge, fnp);
    }

    /// <summary>Whether an SMS comes for the right password.</summary>
    public async Task<bool> RightPasswordSendsAsync(Device? device = null)
    {
        await TryPasswordAsync(TestCustomer.Password.Value, device);
        if (!await _bank.HasFnpAsync(Customer.Phone))
            return false;
        await _bank.Messages.NextFnpAsync(Customer.Phone);
        return true;
    }

    public Task<SignInStanding> StandingAsync() => Credentials.GetStanding(CancellationToken.None);

    public async Task<IReadOnlyList<SecurityEventKind>> EventsAsync() =>
        [.. (await Credentials.ListEvents(null, 200, CancellationToken.None)).Events.Select(happened => happened.Kind)];

    public async Task IdentifyAsync(StaffMember? staff = null) => Assert.True(
        (await _bank.Grains.Customer(Customer.Number).IdentifyCaller(
            staff ?? Agent,
            (await _bank.Grains.Customer(Customer.Number).Get(CancellationToken.None)).Value!.NationalId,
            Customer.Card.Value[^4..],
            CancellationToken.None)).Succeeded);

    public async Task<Reason?> UnlockAsync(StaffMember? staff = null) =>
        (await Credentials.Unlock(staff ?? Agent, "the customer called", CancellationToken.None)).Refusal?.Reason;

    public async Task<Reason?> EndRaisedRiskAsync() =>
        (await Credentials.EndRaisedRisk(Agent, "a mistake", CancellationToken.None)).Refusal?.Reason;

    public static Secret Wrong(Secret fnp) => new(fnp.Value == "000000" ? "000001" : "000000");
}
