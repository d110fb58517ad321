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
        if (!LockoutRules.MaySendFnp(State, now))
            return Reason.FnpNotPossible;
        while (_confirmations.TryPeek(out var earliest) && earliest <= now - ConfirmationsWindow)
            _confirmations.Dequeue();
        if (_confirmations.Count >= ConfirmationsMax)
            return Reason.TooManyAttempts;
        _confirmations.Enqueue(now);
        var epoch = State.Epoch;
        return await messages.CountConfirmationsAsync(Number, cancellationToken) < fnps.Value.ConfirmationsPerDayMax
            ? new SessionGrounds(epoch, device)
            : Reason.FnpsUsedUp;
    }

    // The entry is written, under the version of the row, before anything follows from it: a stale activation lets nothing through.
    public async Task<Result<Done>> Act(
        Guid sessionId, FnpProof? proof, SecurityEventKind kind, string origin, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        if (DeviceOf(sessionId) is not { } device)
            return Reason.SessionEnded;
        if (proof is not null && (proof.Customer != Number || proof.Device.Id != device.Id))
            return new Refusal(Reason.FnpWrong, "fnp");
        if (proof is not null && proof.Epoch != State.Epoch)
            return new Refusal(Reason.FnpExpired, "fnp");
        await SaveAsync(State, [kind], device, origin);
        return Done.Value;
    }

    public async Task CountWrongFnp(int epoch, Device device, string origin, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        // One of an earlier epoch opens nothing, right or wrong.
        if (epoch != State.Epoch)
            return;
        var (next, events) = LockoutRules.WrongFnp(State, time.GetUtcNow(), lockout.Value);
        await SaveAsync(next, events, device, origin);
    }

    public async Task ReportFnp(string origin, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        var now = time.GetUtcNow();
        var riskUntil = State.RiskRaisedUntil;
        if (fnps.Value.RiskAfterReport is { Ticks: > 0 } raised && BankTime.DateOf(now + raised).AddDays(1) is var until
            && (riskUntil is null || until > riskUntil))
            riskUntil = until;
        var next = State with
        {
            Epoch = State.Epoch + 1,
            MustChangePassword = State.PasswordHash is not null,
            RiskRaisedUntil = riskUntil,
            RiskRaisedAt = now,
            Sessions = [],
        };
        await SaveAsync(
            next, [SecurityEventKind.FnpReported], device: null, origin,
            [
                FnpMessageStore.MarkReported(Number, now),
                .. riskEffects.SelectMany(effect => effect.OfReport(Number, riskUntil, now)),
                SupportCaseStore.Open(Number, SupportCaseKind.FnpReported, now),
            ]);
    }

    public Task<IReadOnlyList<FnpMessage>> ListFnpMessages(CancellationToken cancellationToken) =>
        messages.ListAsync(Number, cancellationToken);
}
