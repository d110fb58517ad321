using BktSmart.Answers;
using BktSmart.Customers;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace BktSmart.Authentication;

/// <summary>What is stored of a customer's sign-in, as JSON. Fields are only ever added.</summary>
internal sealed class CredentialsState
{
    /// <summary>Argon2id in PHC format; null before enrolment.</summary>
    public string? PasswordHash { get; set; }
    public DateTimeOffset? PasswordSetAt { get; set; }

    /// <summary>The device of the last sign-in.</summary>
    public DeviceState? LastDevice { get; set; }

    /// <summary>Sessions that were opened, oldest first; some may have ended.</summary>
    public List<Guid> Sessions { get; set; } = [];
}

/// <summary>
/// Holds what one customer proves at sign-in; the truth is its stored state, which is written before every answer that depends on the change. A second
/// activation fails on the version of the state at its first write and is thrown away.
/// </summary>
[RandomPlacement, GrainType("credentials")]
internal sealed class CredentialsGrain(
    [PersistentState("credentials", GrainStorage.Name)] IPersistentState<CredentialsState> state,
    PasswordHasher hasher,
    TimeProvider time,
    IOptions<SessionOptions> options) : Grain, ICredentialsGrain
{
    public Task<bool> VerifyPassword(Secret password, CancellationToken cancellationToken) =>
        hasher.VerifyAsync(PasswordPolicy.Normalise(password), state.State.PasswordHash, cancellationToken);

    public async Task SetPassword(Secret password, CancellationToken cancellationToken)
    {
        var ended = state.State.Sessions;
        state.State.PasswordHash = await hasher.HashAsync(PasswordPolicy.Normalise(password), cancellationToken);
        state.State.PasswordSetAt = time.GetUtcNow();
        state.State.Sessions = [];
        foreach (var session in ended)
            await GrainFactory.Session(session).End(Number, cancellationToken);
        await state.WriteOrForgetAsync(this, cancellationToken);
    }

    public async Task<SessionTokens> OpenSession(Device device, CancellationToken cancellationToken)
    {
        var session = Guid.NewGuid();
        state.State.LastDevice = DeviceState.From(device);
        state.State.Sessions.Add(session);
        while (state.State.Sessions.Count > options.Value.PerCustomerMax)
        {
            await GrainFactory.Session(state.State.Sessions[0]).End(Number, cancellationToken);
            state.State.Sessions.RemoveAt(0);
        }

        // Written first: a session that is not in the list could not be ended with the others.
        await state.WriteOrForgetAsync(this, cancellationToken);
        return await GrainFactory.Session(session).Open(Number, device.Id, cancellationToken);
    }

    public Task<PushTarget?> GetPushTarget(CancellationToken cancellationToken) => Task.FromResult(
        state.State.LastDevice is { PushToken: { } token } device ? new PushTarget(device.Id, device.Platform, new Secret(token)) : null);

    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());
}
