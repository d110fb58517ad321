using BktSmart.Customers;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Placement;

namespace BktSmart.Authentication;

/// <summary>
/// Holds what one customer proves at sign-in; the truth is its row, which is written before every answer that depends on the change.
/// Attempts queue up here one by one, hash included, so that a crowd of guesses has as many tries as one guesser. A second activation fails
/// on the version of the row at its first write, gives no answer, and is thrown away.
/// </summary>
[RandomPlacement, GrainType("credentials")]
internal sealed partial class CredentialsGrain(
    CredentialsStore store, FnpMessageStore messages, CustomerStore customers, PasswordHasher hasher, SmsQueue sms, TimeProvider time,
    IOptions<LockoutOptions> lockout, IOptions<SessionOptions> sessions, IOptions<PasswordOptions> passwords, IOptions<FnpOptions> fnps,
    IOptions<CallerIdentificationOptions> identification, CallerIdentificationStore callers, IEnumerable<IFnpReportEffect> reportEffects)
    : Grain, ICredentialsGrain
{
    private const int DevicesMax = 20;

    /// <summary>
    /// Confirmations that may be begun within <see cref="ConfirmationsWindow"/>: a stolen session must not fill the SMS queue.
    /// </summary>
    private const int ConfirmationsMax = 5;
    private static readonly TimeSpan ConfirmationsWindow = TimeSpan.FromMinutes(1);
    private readonly Queue<DateTimeOffset> _confirmations = new();

    private CredentialsState _state = CredentialsState.None;
    private long _version;

    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        (_state, _version) = await store.ReadAsync(Number, cancellationToken);

    /// <summary>The device of an open session.</summary>
    private Device? DeviceOf(Guid sessionId) =>
        _state.Sessions.FirstOrDefault(session => session.Id == sessionId) is { } session
            ? _state.Devices.FirstOrDefault(known => known.Id == session.DeviceId)?.ToDevice()
            : null;

    private async Task WriteDecoyAsync(SecurityEventKind kind, Device device, string origin)
    {
        await store.WriteDecoyAsync(
            Number, CredentialsState.None, new CredentialsChange([kind], time.GetUtcNow(), device, origin, []), CancellationToken.None);
        SecurityMetrics.Strays.Add(1);
    }

    /// <summary>
    /// Writes the next state with what belongs to the change. When that fails, nobody knows what is stored, so the activation is given up;
    /// the next one reads the row.
    /// </summary>
    private async Task SaveAsync(
        CredentialsState next, SecurityEventKind[] events, Device? device, string? origin, params NpgsqlBatchCommand[] also)
    {
        var ended = _state.Sessions.Select(session => session.Id).Except(next.Sessions.Select(session => session.Id));
        var change = new CredentialsChange(events, time.GetUtcNow(), device, origin, [.. ended])
        {
            RemindAt = PasswordAge.RemindAt(next, passwords.Value),
            Also = also,
        };
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
