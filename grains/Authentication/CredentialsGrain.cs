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
    TimeProvider time,
    IOptions<SessionOptions> options) : Grain, ICredentialsGrain
{
    public Task<Secret?> GetPasswordHash(CancellationToken cancellationToken) =>
        Task.FromResult<Secret?>(state.State.PasswordHash is { } hash ? new Secret(hash) : null);

    // Sessions end first: if a step fails, the old password is still in force, and nobody is signed in with it.
    public async Task SetPasswordHash(Secret hash, CancellationToken cancellationToken)
    {
        foreach (var session in state.State.Sessions)
            await GrainFactory.Session(session).End(Number, cancellationToken);

        state.State.PasswordHash = hash.Value;
        state.State.PasswordSetAt = time.GetUtcNow();
        state.State.Sessions = [];
        await state.WriteOrForgetAsync(this, cancellationToken);
    }

    // The session opens first: if a step fails, nobody has its tokens, and push messages still go to the device before.
    public async Task<SessionTokens> OpenSession(Device device, CancellationToken cancellationToken)
    {
        var session = Guid.NewGuid();
        var tokens = await GrainFactory.Session(session).Open(Number, device.Id, cancellationToken);
        var tooMany = state.State.Sessions.SkipLast(options.Value.PerCustomerMax - 1).ToArray();
        foreach (var oldest in tooMany)
            await GrainFactory.Session(oldest).End(Number, cancellationToken);

        state.State.LastDevice = DeviceState.From(device);
        state.State.Sessions = [.. state.State.Sessions.Skip(tooMany.Length), session];
        await state.WriteOrForgetAsync(this, cancellationToken);
        return tokens;
    }

    public Task<PushTarget?> GetPushTarget(CancellationToken cancellationToken) => Task.FromResult(
        state.State.LastDevice is { PushToken: { } token } device ? new PushTarget(device.Id, device.Platform, new Secret(token)) : null);

    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());
}
