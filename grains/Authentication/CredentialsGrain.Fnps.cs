using BktSmart.Cases;

namespace BktSmart.Authentication;

// FNPs in open sessions, wrong ones, and those that nobody asked for (R4, R11).
internal sealed partial class CredentialsGrain
{
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
    public async Task<Result<Done>> Act(
        Guid sessionId, FnpProof? proof, SecurityEventKind kind, string origin, CancellationToken cancellationToken)
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

    public Task<IReadOnlyList<FnpMessage>> ListFnpMessages(CancellationToken cancellationToken) =>
        messages.ListAsync(Number, cancellationToken);
}
