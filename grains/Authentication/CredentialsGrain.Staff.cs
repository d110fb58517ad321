using BktSmart.Audit;
using BktSmart.Cards;
using BktSmart.Customers;
using Npgsql;

namespace BktSmart.Authentication;

// What staff do for a customer, and what they and the customer see (R7, R10).
internal sealed partial class CredentialsGrain
{
    public async Task<SecurityEventPage> ListEvents(long? beforeId, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, SecurityEventPage.CountMax);
        var found = await store.ListEventsAsync(Number, beforeId ?? long.MaxValue, count + 1, cancellationToken);
        return new SecurityEventPage([.. found.Take(count)], found.Count > count);
    }

    public async Task SuspendPhone(StaffMember? staff, string why, string? origin, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        if (State.PhoneSuspendedAt is not null)
            return;
        var now = time.GetUtcNow();
        var next = State with { PhoneSuspendedAt = now, Epoch = State.Epoch + 1, Sessions = [] };
        await SaveAsync(
            next, [SecurityEventKind.PhoneSuspended], device: null, origin,
            staff is null ? [] : [AuditTrail.Entry(staff, "suspend-phone", Number, new { why }, now)]);
    }

    public async Task<Result<Done>> ResumePhone(StaffMember staff, string why, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await callers.WasIdentifiedAsync(Number, staff, now - identification.Value.IdentificationLifetime, cancellationToken))
            return Reason.CallerNotIdentified;
        using var writing = await LockAsync(cancellationToken);
        if (State.PhoneSuspendedAt is null)
            return Reason.PhoneNotSuspended;
        await SaveAsync(
            State with { PhoneSuspendedAt = null, Epoch = State.Epoch + 1 }, [SecurityEventKind.PhoneResumed], device: null, origin: null,
            AuditTrail.Entry(staff, "resume-phone", Number, new { why }, now));
        return Done.Value;
    }

    public async Task BlockCards(StaffMember staff, string why, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        var now = time.GetUtcNow();
        await SaveAsync(
            State with { Epoch = State.Epoch + 1 }, [SecurityEventKind.CardsBlocked], device: null, origin: null,
            CardStore.BlockAll(Number, now), AuditTrail.Entry(staff, "block-cards", Number, new { why }, now));
    }

    public async Task<Result<Done>> ChangePhone(
        StaffMember staff, PhoneNumber phone, bool waiveBlock, string why, CancellationToken cancellationToken)
    {
        using var writing = await LockAsync(cancellationToken);
        if (await customers.FindAsync(Number, cancellationToken) is not { } customer)
            return new Refusal(Reason.CustomerNotFound, "customer");
        var now = time.GetUtcNow();
        // The number that is on file is registered again where that changes something: it lifts what keeps FNPs from it, for whoever may
        // register any number with the same waiver. Without the waiver a phone that was suspended waits for a day like a new number, and a
        // day that runs goes on: it must not end sooner, nor begin again, because somebody sent the request twice.
        var same = customer.Phone == phone;
        var suspended = State.PhoneSuspendedAt is not null;
        if (same && !suspended && (!waiveBlock || FnpBlockEnd(now) is null))
            return Done.Value;

        var next = State with
        {
            PhoneSuspendedAt = null,
            FnpBlockedUntil = waiveBlock ? null : now + fnps.Value.BlockAfterPhoneChange,
            Epoch = State.Epoch + 1,
            Sessions = [],
        };
        try
        {
            await SaveAsync(
                // Whoever still holds the old number hears of it there.
                next, [same ? SecurityEventKind.PhoneResumed : SecurityEventKind.PhoneChanged], device: null, origin: null,
                same ? null : SecurityAlert.PhoneChanged,
                CustomerStore.SetPhone(Number, phone),
                AuditTrail.Entry(
                    staff, "change-phone", Number, new { why, waiveBlock, from = customer.Phone.ToString(), to = phone.ToString() }, now));
        }
        catch (PostgresException exception)
            when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "customer_phone_key" })
        {
            return new Refusal(Reason.PhoneNumberTaken, "phone_number");
        }

        return Done.Value;
    }

    public async Task<Result<Done>> Unlock(StaffMember staff, string why, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await callers.WasIdentifiedAsync(Number, staff, now - identification.Value.IdentificationLifetime, cancellationToken))
            return Reason.CallerNotIdentified;
        using var writing = await LockAsync(cancellationToken);
        if (State.LockedAt is null && State.UnknownDevicesShutOutUntil is null)
            return Reason.SignInNotLocked;
        await SaveAsync(
            LockoutRules.Forgive(State), [SecurityEventKind.Unlocked], device: null, origin: null,
            AuditTrail.Entry(staff, "unlock-sign-in", Number, new { why }, now));
        return Done.Value;
    }

    public async Task<Result<Done>> EndRaisedRisk(StaffMember staff, string why, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var writing = await LockAsync(cancellationToken);
        // Who was identified before the report may be whom it is about.
        var since = now - identification.Value.IdentificationLifetime;
        if (State.RiskRaisedAt > since)
            since = State.RiskRaisedAt.Value;
        if (!await callers.WasIdentifiedAsync(Number, staff, since, cancellationToken))
            return Reason.CallerNotIdentified;
        if (RiskEnd(now) is null)
            return Reason.RiskNotRaised;
        await SaveAsync(
            State with { RiskRaisedUntil = null }, [SecurityEventKind.RaisedRiskEnded], device: null, origin: null,
            SecurityAlert.RiskEnded,
            [
                AuditTrail.Entry(staff, "end-raised-risk", Number, new { why }, now),
                .. riskEffects.SelectMany(effect => effect.OfEnd(Number)),
            ]);
        return Done.Value;
    }

    public Task<SignInStanding> GetStanding(CancellationToken cancellationToken) => Task.FromResult(new SignInStanding(
        State.PasswordHash is not null, State.LockedAt, State.Failures, State.PhoneSuspendedAt, FnpBlockEnd(time.GetUtcNow()),
        State.PasswordSetAt, State.MustChangePassword,
        State.Sessions.Count, State.UnknownDevicesShutOutUntil, RiskEnd(time.GetUtcNow())));

    /// <summary>The first day without the raised risk; null where that has come.</summary>
    private DateOnly? RiskEnd(DateTimeOffset now) =>
        State.RiskRaisedUntil is { } until && BankTime.DateOf(now) < until ? until : null;

    /// <summary>Until when no FNP goes to the number that was registered; null once one may.</summary>
    private DateTimeOffset? FnpBlockEnd(DateTimeOffset now) => State.FnpBlockedUntil is { } until && now < until ? until : null;
}
