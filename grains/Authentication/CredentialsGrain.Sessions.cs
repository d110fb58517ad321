namespace BktSmart.Authentication;

// Sessions and devices (R4, R16).
internal sealed partial class CredentialsGrain
{
    // The session opens first: if a step fails, nobody has its tokens, and push messages still go to the device before.
    public async Task<Result<SignedIn>> OpenSession(int epoch, Device device, string origin, CancellationToken cancellationToken)
    {
        if (_state.LockedAt is not null)
            return Reason.SignInLocked;
        if (epoch != _state.Epoch || _state.PasswordHash is null)
            return new Refusal(Reason.FnpExpired, "fnp");

        var now = time.GetUtcNow();
        var onlyPasswordChange = _state.MustChangePassword || now >= PasswordAge.End(_state, passwords.Value);
        var id = Guid.NewGuid();
        var tokens = await GrainFactory.Session(id).Open(Number, device.Id, onlyPasswordChange, cancellationToken);

        var known = _state.Knows(device.Id);
        var hadDevices = _state.Devices.Count > 0;
        var next = LockoutRules.Forgive(_state) with
        {
            LastDeviceId = device.Id,
            Devices = [.. _state.Devices.Where(other => other.Id != device.Id).TakeLast(DevicesMax - 1), SignedInOn(device, now)],
            Sessions =
            [
                .. _state.Sessions
                    .Where(session => session.DeviceId != device.Id && now < session.OpenedAt + sessions.Value.AbsoluteMax)
                    .TakeLast(sessions.Value.PerCustomerMax - 1),
                new SessionEntry(id, device.Id, now),
            ],
        };
        await SaveAsync(next, [known ? SecurityEventKind.SignedIn : SecurityEventKind.SignedInOnNewDevice], device, origin);
        if (!known && hadDevices)
            sms.SendAlert(Number, SecurityAlert.NewDevice);
        return new SignedIn(tokens, onlyPasswordChange, PasswordAge.End(_state, passwords.Value));
    }

    public Task<IReadOnlyList<OpenSession>> ListSessions(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<OpenSession>>(
    [
        .. from session in _state.Sessions
           let device = _state.Devices.FirstOrDefault(device => device.Id == session.DeviceId)
           where device is not null && time.GetUtcNow() < session.OpenedAt + sessions.Value.AbsoluteMax
           select new OpenSession(session.Id, device.Id, device.Name, device.Platform, session.OpenedAt),
    ]);

    public Task<IReadOnlyList<KnownDevice>> ListDevices(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<KnownDevice>>([.. _state.Devices.Select(ToKnownDevice)]);

    public async Task<Result<KnownDevice>> RenameDevice(Guid deviceId, string name, string origin, CancellationToken cancellationToken)
    {
        if (_state.Devices.FirstOrDefault(device => device.Id == deviceId) is not { } device)
            return new Refusal(Reason.DeviceNotFound, "name");
        var renamed = device with { Name = name };
        await SaveAsync(
            _state with { Devices = [.. _state.Devices.Select(other => other.Id == deviceId ? renamed : other)] },
            [SecurityEventKind.DeviceRenamed], renamed.ToDevice(), origin);
        return ToKnownDevice(renamed);
    }

    public async Task EndSession(Guid sessionId, string? origin, CancellationToken cancellationToken)
    {
        if (_state.Sessions.FirstOrDefault(session => session.Id == sessionId) is not { } ended)
            return;
        var device = _state.Devices.FirstOrDefault(device => device.Id == ended.DeviceId)?.ToDevice();
        await SaveAsync(
            _state with { Sessions = [.. _state.Sessions.Where(session => session != ended)] }, [SecurityEventKind.SessionEnded], device,
            origin);
    }

    public Task EndSessions(Guid? except, string? origin, CancellationToken cancellationToken) => SaveAsync(
        _state with { Sessions = [.. _state.Sessions.Where(session => session.Id == except)] }, [SecurityEventKind.AllSessionsEnded],
        device: null, origin);

    private KnownDevice ToKnownDevice(DeviceState device) =>
        new(device.Id, device.Name, device.Platform, device.LastSignInAt, device.Id == _state.LastDeviceId);

    /// <summary>A device that is known keeps what a newer program stored of it.</summary>
    private DeviceState SignedInOn(Device device, DateTimeOffset now) =>
        (_state.Devices.FirstOrDefault(known => known.Id == device.Id) ?? new DeviceState()).Update(device) with { LastSignInAt = now };
}
