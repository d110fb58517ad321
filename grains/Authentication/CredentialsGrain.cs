using BktSmart.Audit;
using BktSmart.Cards;
using BktSmart.Cases;
using BktSmart.Customers;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Placement;

namespace BktSmart.Authentication;

/// <summary>
/// Holds what one customer proves at sign-in; the truth is its row, which is written before every answer that depends on the change. Attempts queue up here one by one,
/// hash included, so that a crowd of guesses has as many tries as one guesser. A second activation fails on the version of the row at its first write, gives no answer,
/// and is thrown away.
/// </summary>
[RandomPlacement, GrainType("credentials")]
internal sealed class CredentialsGrain(
    CredentialsStore store, FnpMessageStore messages, CustomerStore customers, PasswordHasher hasher, SmsQueue sms, TimeProvider time,
    IOptions<LockoutOptions> lockout, IOptions<SessionOptions> sessions, IOptions<PasswordOptions> passwords, IOptions<FnpOptions> fnps,
    IOptions<CallerIdentificationOptions> identification, CallerIdentificationStore callers, IEnumerable<IFnpReportEffect> reportEffects)
    : Grain, ICredentialsGrain
{
    private const int DevicesMax = 20;

    /// <summary>Confirmations that may be begun within <see cref="ConfirmationsWindow"/>: a stolen session must not fill the SMS queue.</summary>
    private const int ConfirmationsMax = 5;
    private static readonly TimeSpan ConfirmationsWindow = TimeSpan.FromMinutes(1);
    private readonly Queue<DateTimeOffset> _confirmations = new();

    private CredentialsState _state = CredentialsState.None;
    private long _version;

    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => (_state, _version) = await store.ReadAsync(Number, cancellationToken);

    // Every way hashes here and writes as much as every other: also many calls at once take the same time, whoever is meant.
    public async Task<int?> TryPassword(Secret password, Device device, string origin, bool nobody, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var looked = !nobody && _state.PasswordHash is not null && LockoutRules.MayTryPassword(_state, device.Id, now);
        var right = await hasher.VerifyAsync(PasswordPolicy.Normalise(password), looked ? _state.PasswordHash : null, cancellationToken);
        if (!looked)
        {
            await WriteDecoyAsync(SecurityEventKind.PasswordWrong, device, origin);
            return null;
        }

        var (next, events) = right ? (_state, [SecurityEventKind.SignInBegun]) : LockoutRules.WrongPassword(_state, device.Id, now, lockout.Value);
        await SaveAsync(next, events, device, origin);
        return right && LockoutRules.MaySendFnp(next, now) ? next.Epoch : null;
    }

    public async Task<int?> BeginNewPassword(FnpPurpose purpose, bool inOrder, Device device, string origin, bool nobody, CancellationToken cancellationToken)
    {
        if (nobody || !inOrder || !LockoutRules.MaySendFnp(_state, time.GetUtcNow()) || (purpose == FnpPurpose.PasswordReset && _state.PasswordHash is null))
        {
            await WriteDecoyAsync(SecurityEventKind.NewPasswordBegun, device, origin);
            return null;
        }

        await SaveAsync(_state, [SecurityEventKind.NewPasswordBegun], device, origin);
        return _state.Epoch;
    }

    public async Task<Result<SessionGrounds>> ConfirmPassword(Guid sessionId, Secret password, string origin, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (DeviceOf(sessionId) is not { } device)
            return Reason.SessionEnded;
        if (!LockoutRules.MaySendFnp(_state, now))
            return Reason.FnpNotPossible;
        if (await hasher.VerifyAsync(PasswordPolicy.Normalise(password), _state.PasswordHash, cancellationToken))
            return new SessionGrounds(_state.Epoch, device);

        var (next, events) = LockoutRules.WrongPassword(_state, device.Id, now, lockout.Value);
        await SaveAsync(next, events, device, origin);
        return next.LockedAt is null ? new Refusal(Reason.PasswordWrong, "current_password") : Reason.SignInLocked;
    }

    public async Task<Result<SessionGrounds>> BeginConfirmation(Guid sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (DeviceOf(sessionId) is not { } device)
            return Reason.SessionEnded;
        if (!LockoutRules.MaySendFnp(_state, now))
            return Reason.FnpNotPossible;
        while (_confirmations.TryPeek(out var earliest) && earliest <= now - ConfirmationsWindow)
            _confirmations.Dequeue();
        if (_confirmations.Count >= ConfirmationsMax)
            return Reason.TooManyAttempts;
        _confirmations.Enqueue(now);
        return await messages.CountConfirmationsAsync(Number, cancellationToken) < fnps.Value.ConfirmationsPerDayMax
            ? new SessionGrounds(_state.Epoch, device)
            : Reason.FnpsUsedUp;
    }

    // The entry is written, under the version of the row, before anything follows from it: a stale activation lets nothing through.
    public async Task<Result<Done>> Act(Guid sessionId, FnpProof? proof, SecurityEventKind kind, string origin, CancellationToken cancellationToken)
    {
        if (DeviceOf(sessionId) is not { } device)
            return Reason.SessionEnded;
        if (proof is not null && (proof.Customer != Number || proof.Device.Id != device.Id))
            return new Refusal(Reason.FnpWrong, "fnp");
        if (proof is not null && proof.Epoch != _state.Epoch)
            return new Refusal(Reason.FnpExpired, "fnp");
        await SaveAsync(_state, [kind], device, origin);
        return Done.Value;
    }

    public async Task CountWrongFnp(int epoch, Device device, string origin, CancellationToken cancellationToken)
    {
        // One of an earlier epoch opens nothing, right or wrong.
        if (epoch != _state.Epoch)
            return;
        var (next, events) = LockoutRules.WrongFnp(_state, time.GetUtcNow(), lockout.Value);
        await SaveAsync(next, events, device, origin);
    }

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
            Devices = [.. _state.Devices.Where(other => other.Id != device.Id).TakeLast(DevicesMax - 1), DeviceState.From(device) with { LastSignInAt = now }],
            Sessions = [.. _state.Sessions.Where(session => session.DeviceId != device.Id && now < session.OpenedAt + sessions.Value.AbsoluteMax).TakeLast(sessions.Value.PerCustomerMax - 1), new SessionEntry(id, device.Id, now)],
        };
        await SaveAsync(next, [known ? SecurityEventKind.SignedIn : SecurityEventKind.SignedInOnNewDevice], device, origin);
        if (!known && hadDevices)
            sms.SendAlert(Number, SecurityAlert.NewDevice);
        return new SignedIn(tokens, onlyPasswordChange, PasswordAge.End(_state, passwords.Value));
    }

    public async Task<Result<int>> SetPassword(int epoch, FnpPurpose purpose, Secret password, Device device, string origin, CancellationToken cancellationToken)
    {
        if (_state.LockedAt is not null)
            return Reason.SignInLocked;
        if (epoch != _state.Epoch)
            return new Refusal(Reason.FnpExpired, "fnp");

        var normal = PasswordPolicy.Normalise(password);
        string[] before = _state.PasswordHash is { } present ? [present, .. _state.FormerPasswordHashes] : [];
        foreach (var hash in before.Take(passwords.Value.HistoryLength))
        {
            if (await hasher.VerifyAsync(normal, hash, cancellationToken))
                return new Refusal(Reason.PasswordUsedBefore, "password");
        }

        var next = LockoutRules.Forgive(_state) with
        {
            PasswordHash = await hasher.HashAsync(normal, cancellationToken),
            PasswordSetAt = time.GetUtcNow(),
            FormerPasswordHashes = [.. before.Take(passwords.Value.HistoryLength - 1)],
            PasswordReminders = 0,
            MustChangePassword = false,
            Epoch = _state.Epoch + 1,
            Sessions = [],
        };
        var kind = purpose switch
        {
            FnpPurpose.Enrolment => SecurityEventKind.Enrolled,
            FnpPurpose.PasswordReset => SecurityEventKind.PasswordReset,
            _ => SecurityEventKind.PasswordChanged,
        };
        await SaveAsync(next, [kind], device, origin);
        if (before.Length > 0)
            sms.SendAlert(Number, SecurityAlert.PasswordChanged);
        return next.Epoch;
    }

    public async Task RemindOfPassword(CancellationToken cancellationToken)
    {
        if (PasswordAge.RemindAt(_state, passwords.Value) is not { } at || time.GetUtcNow() < at)
        {
            // The row said otherwise: it is older than a change of the settings. Writing it puts that right, or it would be found for ever.
            await SaveAsync(_state, [], device: null, origin: null);
            return;
        }

        await SaveAsync(_state with { PasswordReminders = _state.PasswordReminders + 1 }, [SecurityEventKind.PasswordReminder], device: null, origin: null);
        sms.SendAlert(Number, SecurityAlert.PasswordEnds);
    }

    public Task<IReadOnlyList<OpenSession>> ListSessions(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<OpenSession>>(
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
            _state with { Devices = [.. _state.Devices.Select(other => other.Id == deviceId ? renamed : other)] }, [SecurityEventKind.DeviceRenamed], renamed.ToDevice(), origin);
        return ToKnownDevice(renamed);
    }

    public async Task EndSession(Guid sessionId, string? origin, CancellationToken cancellationToken)
    {
        if (_state.Sessions.FirstOrDefault(session => session.Id == sessionId) is not { } ended)
            return;
        var device = _state.Devices.FirstOrDefault(device => device.Id == ended.DeviceId)?.ToDevice();
        await SaveAsync(_state with { Sessions = [.. _state.Sessions.Where(session => session != ended)] }, [SecurityEventKind.SessionEnded], device, origin);
    }

    public Task EndSessions(Guid? except, string? origin, CancellationToken cancellationToken) => SaveAsync(
        _state with { Sessions = [.. _state.Sessions.Where(session => session.Id == except)] }, [SecurityEventKind.AllSessionsEnded], device: null, origin);

    public async Task<SecurityEventPage> ListEvents(long? beforeId, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, SecurityEventPage.CountMax);
        var found = await store.ListEventsAsync(Number, beforeId ?? long.MaxValue, count + 1, cancellationToken);
        return new SecurityEventPage([.. found.Take(count)], found.Count > count);
    }

    public Task ReportFnp(string origin, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var next = _state with { Epoch = _state.Epoch + 1, MustChangePassword = _state.PasswordHash is not null, Sessions = [] };
        return SaveAsync(
            next, [SecurityEventKind.FnpReported], device: null, origin,
            [
                FnpMessageStore.MarkReported(Number, now),
                .. reportEffects.SelectMany(effect => effect.Of(Number, now)),
                SupportCaseStore.Open(Number, SupportCaseKind.FnpReported, now),
            ]);
    }

    public async Task SuspendPhone(StaffMember? staff, string why, string? origin, CancellationToken cancellationToken)
    {
        if (_state.PhoneSuspendedAt is not null)
            return;
        var now = time.GetUtcNow();
        var next = _state with { PhoneSuspendedAt = now, Epoch = _state.Epoch + 1, Sessions = [] };
        await SaveAsync(
            next, [SecurityEventKind.PhoneSuspended], device: null, origin, staff is null ? [] : [AuditTrail.Entry(staff, "suspend-phone", Number, new { why }, now)]);
    }

    public async Task<Result<Done>> ResumePhone(StaffMember staff, string why, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await callers.WasIdentifiedAsync(Number, staff, now - identification.Value.IdentificationLifetime, cancellationToken))
            return Reason.CallerNotIdentified;
        if (_state.PhoneSuspendedAt is null)
            return Reason.PhoneNotSuspended;
        await SaveAsync(
            _state with { PhoneSuspendedAt = null, Epoch = _state.Epoch + 1 }, [SecurityEventKind.PhoneResumed], device: null, origin: null,
            AuditTrail.Entry(staff, "resume-phone", Number, new { why }, now));
        return Done.Value;
    }

    public Task BlockCards(StaffMember staff, string why, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return SaveAsync(
            _state with { Epoch = _state.Epoch + 1 }, [SecurityEventKind.CardsBlocked], device: null, origin: null,
            CardStore.BlockAll(Number, now), AuditTrail.Entry(staff, "block-cards", Number, new { why }, now));
    }

    public async Task<Result<Done>> ChangePhone(StaffMember staff, PhoneNumber phone, bool waiveBlock, string why, CancellationToken cancellationToken)
    {
        if (await customers.FindAsync(Number, cancellationToken) is not { } customer)
            return new Refusal(Reason.CustomerNotFound, "customer");
        if (customer.Phone == phone)
            return Done.Value;

        var now = time.GetUtcNow();
        var next = _state with
        {
            PhoneSuspendedAt = null,
            FnpBlockedUntil = waiveBlock ? null : now + fnps.Value.BlockAfterPhoneChange,
            Epoch = _state.Epoch + 1,
            Sessions = [],
        };
        try
        {
            await SaveAsync(
                next, [SecurityEventKind.PhoneChanged], device: null, origin: null,
                CustomerStore.SetPhone(Number, phone),
                AuditTrail.Entry(staff, "change-phone", Number, new { why, waiveBlock, from = customer.Phone.ToString(), to = phone.ToString() }, now));
        }
        catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "customer_phone_key" })
        {
            return new Refusal(Reason.PhoneNumberTaken, "phone_number");
        }

        // Whoever still holds the old number hears of it there.
        sms.SendAlert(customer.Phone, customer.Language, SecurityAlert.PhoneChanged);
        return Done.Value;
    }

    public async Task<Result<Done>> Unlock(StaffMember staff, string why, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await callers.WasIdentifiedAsync(Number, staff, now - identification.Value.IdentificationLifetime, cancellationToken))
            return Reason.CallerNotIdentified;
        if (_state.LockedAt is null && _state.UnknownDevicesShutOutUntil is null)
            return Reason.SignInNotLocked;
        await SaveAsync(
            LockoutRules.Forgive(_state), [SecurityEventKind.Unlocked], device: null, origin: null, AuditTrail.Entry(staff, "unlock-sign-in", Number, new { why }, now));
        return Done.Value;
    }

    public Task<SignInStanding> GetStanding(CancellationToken cancellationToken) => Task.FromResult(new SignInStanding(
        _state.PasswordHash is not null, _state.LockedAt, _state.Failures, _state.PhoneSuspendedAt, _state.FnpBlockedUntil, _state.PasswordSetAt, _state.MustChangePassword,
        _state.Sessions.Count, _state.UnknownDevicesShutOutUntil));

    public Task<IReadOnlyList<FnpMessage>> ListFnpMessages(CancellationToken cancellationToken) => messages.ListAsync(Number, cancellationToken);

    /// <summary>The device of an open session.</summary>
    private Device? DeviceOf(Guid sessionId) =>
        _state.Sessions.FirstOrDefault(session => session.Id == sessionId) is { } session
            ? _state.Devices.FirstOrDefault(known => known.Id == session.DeviceId)?.ToDevice()
            : null;

    private KnownDevice ToKnownDevice(DeviceState device) => new(device.Id, device.Name, device.Platform, device.LastSignInAt, device.Id == _state.LastDeviceId);

    private async Task WriteDecoyAsync(SecurityEventKind kind, Device device, string origin)
    {
        await store.WriteDecoyAsync(Number, CredentialsState.None, new CredentialsChange([kind], time.GetUtcNow(), device, origin, []), CancellationToken.None);
        SecurityMetrics.Strays.Add(1);
    }

    /// <summary>Writes the next state with what belongs to the change. When that fails, nobody knows what is stored, so the activation is given up; the next one reads the row.</summary>
    private async Task SaveAsync(CredentialsState next, SecurityEventKind[] events, Device? device, string? origin, params NpgsqlBatchCommand[] also)
    {
        var ended = _state.Sessions.ExceptBy(next.Sessions.Select(session => session.Id), session => session.Id).Select(session => session.Id);
        var change = new CredentialsChange(events, time.GetUtcNow(), device, origin, [.. ended]) { RemindAt = PasswordAge.RemindAt(next, passwords.Value), Also = also };
        try
        {
            await store.WriteAsync(Number, next, _version, change, CancellationToken.None);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        foreach (var kind in events)
            SecurityMetrics.Count(kind);
        var before = _state;
        (_state, _version) = (next, _version + 1);
        if (next.LockedAt is not null && before.LockedAt is null)
            sms.SendAlert(Number, SecurityAlert.Locked);
        else if (LockoutRules.IsLastTry(next, lockout.Value) && !LockoutRules.IsLastTry(before, lockout.Value))
            sms.SendAlert(Number, SecurityAlert.LastTry);
    }
}
