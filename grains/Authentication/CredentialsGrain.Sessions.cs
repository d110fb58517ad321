namespace BktSmart.Authentication;

// Sessions and devices (R4, R16).
internal sealed partial class CredentialsGrain
{
    // The session opens first: if a step fails, nobody has its tokens, and push messages still go to the device before. It opens before the
    // lock, too: the customer may suspend the phone meanwhile, and the session is then in no row.
    public async Task<Result<SignedIn>> OpenSession(
        int epoch, Device device, string origin, Guid session, CancellationToken cancellationToken)
    {
        if (Obstacle(epoch) is { } early)
            return early;

        var now = time.GetUtcNow();
        var onlyPasswordChange = State.MustChangePassword || now >= PasswordAge.End(State, passwords.Value);
        var language = (await customers.FindAsync(Number, cancellationToken))!.Language;
        if (await GrainFactory.Session(session).Open(Number, device.Id, onlyPasswordChange, language, cancellationToken) is not { } tokens)
            return new Refusal(Reason.FnpExpired, "fnp");
        var signedIn = new SignedIn(tokens, onlyPasswordChange, PasswordAge.End(State, passwords.Value));

        using var writing = await LockAsync(cancellationToken);
        if (Obstacle(epoch) is { } late)
            return late;
        if (State.Sessions.Any(open => open.Id == session))
            return signedIn;
        if (await store.HasEndedAsync(session, cancellationToken))
            return new Refusal(Reason.FnpExpired, "fnp");
        var known = State.Knows(device.Id);
        var hadDevices = State.Devices.Count > 0;
        var next = LockoutRules.Forgive(State) with
        {
            LastDeviceId = device.Id,
            PasswordSetOn = null,
            Devices = [.. State.Devices.Where(other => other.Id != device.Id).TakeLast(DevicesMax - 1), SignedInOn(device, now)],
            Sessions =
            [
                .. State.Sessions
                    .Where(open => open.DeviceId != device.Id && now < open.OpenedAt + sessions.Value.AbsoluteMax)
                    .TakeLast(sessions.Value.PerCustomerMax - 1),
                new SessionEntry(session, device.Id, now),
            ],
        };
        await SaveAsync(
            next, [known ? SecurityEventKind.SignedIn : SecurityEventKind.SignedInOnNewDevice], device, origin,
            !known && hadDevices ? SecurityAlert.NewDevice : null);
        return signedIn;
    }

    private Refusal? Obstacle(int epoch) => State switch
    {
        { LockedAt: not null } => new Refusal(Reason.SignInLocked),
        { PasswordHash: null } => new Refusal(Reason.FnpExpired, "fnp"),
        var state when state.Epoch != epoch => new Refusal(Reason.FnpExpired, "fnp"),
        _ => null,
    };

    public Task<IReadOnlyList<OpenSession>> ListSessions(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<OpenSession>>(
    [
        .. from session in State.Sessions
           let device = State.Devices.FirstOrDefault(device => device.Id == session.DeviceId)
           where device is not null && time.GetUtcNow() < session.OpenedAt + sessions.Value.AbsoluteMax
           select new OpenSession(session.Id, device.Id, device.Name, device.Platform, session.OpenedAt),
    ]);

    public Task<IReadOnlyList<KnownDevice>> ListDevices(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<KnownDevice>>([.. State.Devices.Select(ToKnownDevice)]);

    public async Task<Result<KnownDevice>> UpdateDevice(
        Guid sessionId, Guid deviceId, string? name, Secret? pushToken, string origin, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        if (State.Devices.FirstOrDefault(device => device.Id == deviceId) is not { } device)
            return new Refusal(Reason.DeviceNotFound, "device.name");
        if (pushToken is not null && State.Sessions.All(session => session.Id != sessionId || session.DeviceId != deviceId))
            return new Refusal(Reason.DeviceOfAnotherSession, "device.name");
        var updated = device with
        {
            Name = name ?? device.Name,
            PushToken = pushToken is not { Value: var token } ? device.PushToken : token.Length == 0 ? null : token,
        };
        if (updated != device)
        {
            await SaveAsync(
                State with { Devices = [.. State.Devices.Select(other => other.Id == deviceId ? updated : other)] },
                updated.Name == device.Name ? [] : [SecurityEventKind.DeviceRenamed], updated.ToDevice(), origin);
        }

        return ToKnownDevice(updated);
    }

    public async Task DeleteDevice(Guid deviceId, string origin, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        if (State.Devices.FirstOrDefault(device => device.Id == deviceId) is not { } deleted)
        {
            if (State.PasswordSetOn == deviceId)
                await SaveAsync(State with { PasswordSetOn = null }, [SecurityEventKind.DeviceRemoved], device: null, origin);
            return;
        }

        IReadOnlyList<DeviceState> left = [.. State.Devices.Where(device => device != deleted)];
        await SaveAsync(
            State with
            {
                Devices = left,
                PasswordSetOn = State.PasswordSetOn == deviceId ? null : State.PasswordSetOn,
                LastDeviceId = State.LastDeviceId == deviceId ? left.Count > 0 ? left[^1].Id : null : State.LastDeviceId,
                Sessions = [.. State.Sessions.Where(session => session.DeviceId != deviceId)],
            },
            [SecurityEventKind.DeviceRemoved], deleted.ToDevice(), origin);
    }

    public async Task ForgetPushToken(Guid deviceId, Secret pushToken, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        if (State.Devices.All(device => !IsGone(device)))
            return;
        await SaveAsync(
            State with { Devices = [.. State.Devices.Select(device => IsGone(device) ? device with { PushToken = null } : device)] },
            [], device: null, origin: null);

        bool IsGone(DeviceState device) => device.Id == deviceId && device.PushToken == pushToken.Value;
    }

    public async Task EndSession(Guid sessionId, string? origin, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        if (State.Sessions.FirstOrDefault(session => session.Id == sessionId) is not { } ended)
            return;
        var device = State.Devices.FirstOrDefault(device => device.Id == ended.DeviceId)?.ToDevice();
        await SaveAsync(
            State with { Sessions = [.. State.Sessions.Where(session => session != ended)] }, [SecurityEventKind.SessionEnded], device,
            origin);
    }

    public async Task EndSessions(Guid? except, string? origin, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        await SaveAsync(
            State with { Sessions = [.. State.Sessions.Where(session => session.Id == except)] }, [SecurityEventKind.AllSessionsEnded],
            device: null, origin);
    }

    private KnownDevice ToKnownDevice(DeviceState device) =>
        new(device.Id, device.Name, device.Platform, device.LastSignInAt, device.Id == State.LastDeviceId);

    /// <summary>A device that is known keeps what a newer program stored of it.</summary>
    private DeviceState SignedInOn(Device device, DateTimeOffset now) =>
        (State.Devices.FirstOrDefault(known => known.Id == device.Id) ?? new DeviceState()).Update(device) with { LastSignInAt = now };
}
