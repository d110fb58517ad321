namespace BktSmart.Authentication;

/// <summary>
/// What failures lead to (R7). There are two counters, because who knows no more than an identifier must not be able to lock its owner out.
/// Failures on a device that was signed in on before, and wrong FNPs, which need a right password or an open session, lock. Wrong passwords
/// from any other device shut such devices out, for longer each time, and lock only at a ceiling that takes weeks to reach; the owner's own
/// device is let in meanwhile. A device on which the password was set with card and FNP counts as the owner's. Both counters go back to
/// zero when somebody proves both factors, by signing in or by setting a password, and when the contact centre unlocks; nowhere else.
/// </summary>
internal static class LockoutRules
{
    /// <summary>Whether a password from the device is looked at at all.</summary>
    public static bool MayTryPassword(CredentialsState state, Guid deviceId, DateTimeOffset now) =>
        state.LockedAt is null && (state.Trusts(deviceId) || state.UnknownDevicesShutOutUntil is not { } until || now >= until);

    public static bool MaySendFnp(CredentialsState state, DateTimeOffset now) =>
        state.LockedAt is null && state.PhoneSuspendedAt is null && (state.FnpBlockedUntil is not { } until || now >= until);

    /// <summary>The state after a wrong password that was looked at, and what is worth an entry in the security log.</summary>
    public static (CredentialsState State, SecurityEventKind[] Events) WrongPassword(
        CredentialsState state, Guid deviceId, DateTimeOffset now, LockoutOptions options)
    {
        if (state.Trusts(deviceId))
            return Failure(state, SecurityEventKind.PasswordWrong, now, options);

        var failures = state.UnknownDeviceFailures + 1;
        var next = state with { UnknownDeviceFailures = failures };
        if (failures >= options.UnknownDeviceFailuresCeiling)
            return Lock(next, SecurityEventKind.PasswordWrong, now);
        if (failures % options.UnknownDeviceFailuresMax != 0)
            return (next, [SecurityEventKind.PasswordWrong]);

        var round = failures / options.UnknownDeviceFailuresMax - 1;
        var whole = options.ShutOutMin * Math.Pow(2, Math.Min(round, 20));
        var shutOut = whole < options.ShutOutMax ? whole : options.ShutOutMax;
        return (next with { UnknownDevicesShutOutUntil = now + shutOut },
            [SecurityEventKind.PasswordWrong, SecurityEventKind.UnknownDevicesShutOut]);
    }

    /// <inheritdoc cref="WrongPassword"/>
    public static (CredentialsState State, SecurityEventKind[] Events) WrongFnp(
        CredentialsState state, DateTimeOffset now, LockoutOptions options) =>
        Failure(state, SecurityEventKind.FnpWrong, now, options);

    /// <summary>Whether one more failure locks.</summary>
    public static bool IsLastTry(CredentialsState state, LockoutOptions options) =>
        state.LockedAt is null
            && (state.Failures == options.FailuresMax - 1 || state.UnknownDeviceFailures == options.UnknownDeviceFailuresCeiling - 1);

    /// <summary>What the customer is to be told of failures; null where nothing of that began.</summary>
    public static SecurityAlert? Alert(CredentialsState before, CredentialsState next, LockoutOptions options) =>
        next.LockedAt is not null && before.LockedAt is null ? SecurityAlert.Locked
        : IsLastTry(next, options) && !IsLastTry(before, options) ? SecurityAlert.LastTry
        : null;

    /// <summary>Both factors were right, or an identified caller is unlocked.</summary>
    public static CredentialsState Forgive(CredentialsState state) =>
        state with { Failures = 0, UnknownDeviceFailures = 0, UnknownDevicesShutOutUntil = null, LockedAt = null };

    private static (CredentialsState, SecurityEventKind[]) Failure(
        CredentialsState state, SecurityEventKind kind, DateTimeOffset now, LockoutOptions options)
    {
        if (state.LockedAt is not null)
            return (state, [kind]);
        var next = state with { Failures = state.Failures + 1 };
        return next.Failures >= options.FailuresMax ? Lock(next, kind, now) : (next, [kind]);
    }

    /// <summary>Whatever was begun is worth nothing, and nobody stays signed in.</summary>
    private static (CredentialsState, SecurityEventKind[]) Lock(CredentialsState state, SecurityEventKind kind, DateTimeOffset now) =>
        (state with { LockedAt = now, Epoch = state.Epoch + 1, Sessions = [] }, [kind, SecurityEventKind.Locked]);
}
