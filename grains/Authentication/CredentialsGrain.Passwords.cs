namespace BktSmart.Authentication;

// What is proven with a password or a card, and how a password changes (R3, R4, R5, R6, R9).
internal sealed partial class CredentialsGrain
{
    // Every way hashes here and writes as much as every other: also many calls at once take the same time, whoever is meant.
    public async Task<int?> TryPassword(Secret password, Device device, string origin, bool nobody, CancellationToken cancellationToken)
    {
        using var patience = AttemptPatience(cancellationToken);
        using var turn = await TryEnterAsync(_passwordAttempts, patience);
        if (turn is null)
            return AttemptEpoch.Overloaded;

        var seen = State;
        var isStranger = nobody || !seen.Trusts(device.Id);
        var admitted = !isStranger || strangers.Admit(origin);
        var looked = admitted && !nobody && seen.PasswordHash is not null
            && LockoutRules.MayTryPassword(seen, device.Id, time.GetUtcNow());
        var right = await VerifyAsync(password, looked ? seen.PasswordHash : null, patience);
        if (!right.Succeeded)
        {
            if (isStranger && admitted)
                strangers.GiveBack(origin);
            return AttemptEpoch.Overloaded;
        }

        using var writing = await LockAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (!looked || !StillHolds(seen) || !LockoutRules.MayTryPassword(State, device.Id, now))
        {
            await WriteDecoyAsync(SecurityEventKind.PasswordWrong, device, origin);
            return null;
        }

        var (next, events) = right.Value
            ? (State, [SecurityEventKind.SignInBegun])
            : LockoutRules.WrongPassword(State, device.Id, now, lockout.Value);
        await SaveAsync(next, events, device, origin);
        return right.Value && LockoutRules.MaySendFnp(next, now) ? next.Epoch : null;
    }

    public async Task<int?> BeginNewPassword(
        FnpPurpose purpose, bool inOrder, Device device, string origin, bool nobody, CancellationToken cancellationToken)
    {
        using var patience = AttemptPatience(cancellationToken);
        using var turn = await TryEnterAsync(_cardAttempts, patience);
        if (turn is null)
            return AttemptEpoch.Overloaded;

        using var writing = await LockAsync(cancellationToken);
        if (nobody || !inOrder || !LockoutRules.MaySendFnp(State, time.GetUtcNow())
            || (purpose == FnpPurpose.PasswordReset && State.PasswordHash is null))
        {
            await WriteDecoyAsync(SecurityEventKind.NewPasswordBegun, device, origin);
            return null;
        }

        await SaveAsync(State, [SecurityEventKind.NewPasswordBegun], device, origin);
        return State.Epoch;
    }

    public async Task<Result<SessionGrounds>> ConfirmPassword(
        Guid sessionId, Secret password, string origin, CancellationToken cancellationToken)
    {
        using var patience = AttemptPatience(cancellationToken);
        using var turn = await _sessionAttempts.TryEnterAsync(patience);
        if (turn is null)
            return Reason.Overloaded;

        var seen = State;
        if (MayConfirm(sessionId) is { } early)
            return early;
        var right = await VerifyAsync(password, seen.PasswordHash, patience);
        if (!right.Succeeded)
            return right.Refusal;

        using var writing = await LockAsync(cancellationToken);
        if (MayConfirm(sessionId) is { } late)
            return late;
        // The next try is looked at on what holds now.
        if (!StillHolds(seen))
            return Reason.Overloaded;
        var device = DeviceOf(sessionId)!;
        if (right.Value)
            return new SessionGrounds(State.Epoch, device);

        var (next, events) = LockoutRules.WrongPassword(State, device.Id, time.GetUtcNow(), lockout.Value);
        await SaveAsync(next, events, device, origin);
        return next.LockedAt is null ? new Refusal(Reason.PasswordWrong, "current_password") : Reason.SignInLocked;
    }

    // It takes no turn among the attempts: the FNP was right, so no stranger comes this far or keeps the customer from it.
    public async Task<Result<int>> SetPassword(
        int epoch, FnpPurpose purpose, Secret password, Device device, string origin, Guid use, Guid fnpSessionId, Guid sessionId,
        CancellationToken cancellationToken)
    {
        var normal = PasswordPolicy.Normalise(password);
        if (WasSetBy(use, epoch))
            return await SayAgainAsync(epoch, normal, cancellationToken);
        if (MaySet(epoch) is { } early)
            return early;

        var seen = State;
        string[] before = seen.PasswordHash is { } present ? [present, .. seen.FormerPasswordHashes] : [];
        foreach (var hash in before.Take(passwords.Value.HistoryLength))
        {
            var used = await hasher.VerifyAsync(normal, hash, cancellationToken);
            if (!used.Succeeded)
                return used.Refusal;
            if (used.Value)
                return new Refusal(Reason.PasswordUsedBefore, "password");
        }

        var made = await hasher.HashAsync(normal, cancellationToken);
        if (!made.Succeeded)
            return made.Refusal;

        var change = sessionId == Guid.Empty ? null : new PasswordChange(sessionId, fnpSessionId);
        using (await LockAsync(cancellationToken))
        {
            if (!WasSetBy(use, epoch))
                return await SetAsync(epoch, purpose, made.Value, seen, before, device, origin, use, change);
        }

        // The same call came again meanwhile. Its hash is made without the lock.
        return await SayAgainAsync(epoch, normal, cancellationToken);
    }

    private bool WasSetBy(Guid use, int epoch) => State.PasswordSetBy == use && State.Epoch == epoch + 1 && State.LockedAt is null;

    /// <summary>The answer was lost.</summary>
    private async Task<Result<int>> SayAgainAsync(int epoch, Secret normal, CancellationToken cancellationToken)
    {
        var same = await hasher.VerifyAsync(normal, State.PasswordHash!, cancellationToken);
        return !same.Succeeded ? same.Refusal : same.Value ? epoch + 1 : new Refusal(Reason.FnpExpired, "fnp");
    }

    /// <summary>Under the lock.</summary>
    private async Task<Result<int>> SetAsync(
        int epoch, FnpPurpose purpose, string hash, CredentialsState seen, string[] before, Device device, string origin, Guid use,
        PasswordChange? change)
    {
        if (MaySet(epoch) is { } late)
            return late;
        if (!StillHolds(seen))
            return new Refusal(Reason.FnpExpired, "fnp");
        var next = LockoutRules.Forgive(State) with
        {
            PasswordHash = hash,
            PasswordSetAt = time.GetUtcNow(),
            PasswordSetBy = use,
            PasswordSetOn = device.Id,
            PasswordChange = change,
            FormerPasswordHashes = [.. before.Take(passwords.Value.HistoryLength - 1)],
            PasswordReminders = 0,
            MustChangePassword = false,
            Epoch = State.Epoch + 1,
            Sessions = [],
        };
        var kind = purpose switch
        {
            FnpPurpose.Enrolment => SecurityEventKind.Enrolled,
            FnpPurpose.PasswordReset => SecurityEventKind.PasswordReset,
            _ => SecurityEventKind.PasswordChanged,
        };
        await SaveAsync(next, [kind], device, origin, before.Length > 0 ? SecurityAlert.PasswordChanged : null);
        return next.Epoch;
    }

    private Refusal? MayConfirm(Guid sessionId) =>
        DeviceOf(sessionId) is null ? new Refusal(Reason.SessionEnded)
        : LockoutRules.MaySendFnp(State, time.GetUtcNow()) ? null
        : new Refusal(Reason.FnpNotPossible);

    private Refusal? MaySet(int epoch) =>
        State.LockedAt is not null ? new Refusal(Reason.SignInLocked)
        : epoch == State.Epoch ? null
        : new Refusal(Reason.FnpExpired, "fnp");

    public async Task RemindOfPassword(CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        if (PasswordAge.RemindAt(State, passwords.Value) is not { } at || time.GetUtcNow() < at)
        {
            // The row said otherwise: it is older than a change of the settings. Writing it puts that right, or it would be found for ever.
            await SaveAsync(State, [], device: null, origin: null);
            return;
        }

        await SaveAsync(
            State with { PasswordReminders = State.PasswordReminders + 1 }, [SecurityEventKind.PasswordReminder], device: null,
            origin: null, SecurityAlert.PasswordEnds);
    }
}
