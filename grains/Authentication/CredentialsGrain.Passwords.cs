namespace BktSmart.Authentication;

// What is proven with a password or a card, and how a password changes (R3, R4, R5, R6, R9).
internal sealed partial class CredentialsGrain
{
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

        var (next, events) = right
            ? (_state, [SecurityEventKind.SignInBegun])
            : LockoutRules.WrongPassword(_state, device.Id, now, lockout.Value);
        await SaveAsync(next, events, device, origin);
        return right && LockoutRules.MaySendFnp(next, now) ? next.Epoch : null;
    }

    public async Task<int?> BeginNewPassword(
        FnpPurpose purpose, bool inOrder, Device device, string origin, bool nobody, CancellationToken cancellationToken)
    {
        if (nobody || !inOrder || !LockoutRules.MaySendFnp(_state, time.GetUtcNow())
            || (purpose == FnpPurpose.PasswordReset && _state.PasswordHash is null))
        {
            await WriteDecoyAsync(SecurityEventKind.NewPasswordBegun, device, origin);
            return null;
        }

        await SaveAsync(_state, [SecurityEventKind.NewPasswordBegun], device, origin);
        return _state.Epoch;
    }

    public async Task<Result<SessionGrounds>> ConfirmPassword(
        Guid sessionId, Secret password, string origin, CancellationToken cancellationToken)
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

    public async Task<Result<int>> SetPassword(
        int epoch, FnpPurpose purpose, Secret password, Device device, string origin, CancellationToken cancellationToken)
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

        await SaveAsync(
            _state with { PasswordReminders = _state.PasswordReminders + 1 }, [SecurityEventKind.PasswordReminder], device: null,
            origin: null);
        sms.SendAlert(Number, SecurityAlert.PasswordEnds);
    }
}
